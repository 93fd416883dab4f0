package hfhub

import "sort"

// A builder fills an options object of C from a struct of Go. The first refusal ends it. Zero values are left out: they are
// the defaults.
type builder struct {
	native uintptr
	free   func(uintptr)
	err    error
}

func build(make func(out, err *uintptr) int32, free func(uintptr)) *builder {
	b := &builder{free: free}
	var failure uintptr
	b.err = check(make(&b.native, &failure), failure)
	return b
}

// done gives the object, to be freed by close.
func (b *builder) done() (*builder, error) {
	if b.err != nil {
		b.close()
		return nil, b.err
	}
	return b, nil
}

func (b *builder) close() { b.free(b.native) }

func (b *builder) set(call func(native uintptr, err *uintptr) int32) {
	if b.err != nil {
		return
	}
	var failure uintptr
	b.err = check(call(b.native, &failure), failure)
}

func (b *builder) text(setter func(uintptr, *string, *uintptr) int32, value string) {
	if value != "" {
		b.set(func(native uintptr, err *uintptr) int32 { return setter(native, &value, err) })
	}
}

func (b *builder) texts(setter func(uintptr, *string, *uintptr) int32, values []string) {
	for i := range values {
		b.set(func(native uintptr, err *uintptr) int32 { return setter(native, &values[i], err) })
	}
}

// token: anonymous says that there is none, which is something else than saying nothing.
func (b *builder) token(setter func(uintptr, *string, *uintptr) int32, value string, anonymous bool) {
	if value != "" || anonymous {
		b.set(func(native uintptr, err *uintptr) int32 {
			if anonymous {
				value = ""
			}
			return setter(native, &value, err)
		})
	}
}

func (b *builder) flag(setter func(uintptr, int32, *uintptr) int32, value bool) {
	if value {
		b.set(func(native uintptr, err *uintptr) int32 { return setter(native, 1, err) })
	}
}

// off is a flag that is on unless `value` is true.
func (b *builder) off(setter func(uintptr, int32, *uintptr) int32, value bool) {
	if value {
		b.set(func(native uintptr, err *uintptr) int32 { return setter(native, 0, err) })
	}
}

// pairs go in by the order of their names.
func (b *builder) pairs(setter func(uintptr, *string, *string, *uintptr) int32, values map[string]string) {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		name, value := name, values[name]
		b.set(func(native uintptr, err *uintptr) int32 { return setter(native, &name, &value, err) })
	}
}

// options is what the structs have in common. A nil pointer is the defaults: C's NULL.
type options interface{ build() (*builder, error) }

// built gives the object of `o`, 0 for nil.
func built(o options) (*builder, error) {
	if o == nil {
		return &builder{free: func(uintptr) {}}, nil
	}
	return o.build()
}
