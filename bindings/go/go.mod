module github.com/libhfhub/libhfhub/bindings/go

go 1.19
