# The front door; Meson does the work.
BUILD ?= build

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD)
# The built-in files are listed when the build is set up: a folder with a new one asks for that again.
$(BUILD)/build.ninja: forms data data/codes data/indicators programmes assets schema
	@meson setup $(BUILD) --werror $(if $(wildcard $@),--reconfigure)
prove asan lint fuzz bench coverage:
	@tools/$@.sh
run check:
	@./$@
clean:
	@rm -rf build build-*
.PHONY: all prove asan lint fuzz bench coverage run check clean
