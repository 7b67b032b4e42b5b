.DEFAULT_GOAL := help
.PHONY: help demo demo-cluster test build clean
# Debian keeps ip and tcpdump where the PATH of an ordinary user does not lead.
export PATH := $(PATH):/usr/sbin:/sbin

help:
	@echo 'make demo    a pending Service gets its address and survives the death of a node, in network namespaces'
	@echo 'make demo-cluster  the same and more on a real Kubernetes API server, kube-proxy and kubectl'
	@echo 'make test    all checks and tests'
	@echo 'make build   dist/berth.js and what it loads'
	@echo 'make clean   removes what was built'
	@echo
	@echo 'Each installs what it needs first, and says what. CONTRIBUTING.md tells more.'

# The last line of a recipe runs without a shell between, so that a demo or test run dies with make.
demo: build
	@setup/prepare demo
	@test/lab/enter node --import tsx demo/main.ts

demo-cluster: build
	@setup/prepare demo-cluster
	@test/cluster/tools build
	@test/lab/enter node --import tsx demo/cluster/main.ts

test:
	@setup/prepare test
	@node --import tsx test/rings/main.ts

build:
	@setup/prepare build
	@npm run -s build

clean:
	rm -rf dist native/build .cache
