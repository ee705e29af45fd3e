# The front door; Meson does the work.
BUILD ?= build

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD)
$(BUILD)/build.ninja:
	@meson setup $(BUILD) --werror
prove asan lint fuzz bench:
	@tools/$@.sh
run check:
	@./$@
clean:
	@rm -rf build build-*
.PHONY: all prove asan lint fuzz bench run check clean
