module example

go 1.19

require github.com/libhfhub/libhfhub/bindings/go v0.0.0

replace github.com/libhfhub/libhfhub/bindings/go => ../../bindings/go
