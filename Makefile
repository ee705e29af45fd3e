# The front door; Meson does the work.
BUILD ?= build

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD)
$(BUILD)/build.ninja:
	@meson setup $(BUILD) --werror
check prove asan lint fuzz bench:
	@tools/$@.sh
run:
	@./run
clean:
	@rm -rf build build-*
.PHONY: all check prove asan lint fuzz bench run clean
