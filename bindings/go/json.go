package hfhub

import (
	"encoding/json"
	"runtime"
	"strconv"
	"strings"

	"github.com/libhfhub/libhfhub/bindings/go/internal/raw"
)

// A JSONType says what a value is.
type JSONType int32

// The types of values.
const (
	JSONMissing JSONType = raw.HFHUB_JSON_MISSING
	JSONNull    JSONType = raw.HFHUB_JSON_NULL
	JSONBool    JSONType = raw.HFHUB_JSON_BOOL
	JSONNumber  JSONType = raw.HFHUB_JSON_NUMBER
	JSONString  JSONType = raw.HFHUB_JSON_STRING
	JSONArray   JSONType = raw.HFHUB_JSON_ARRAY
	JSONObject  JSONType = raw.HFHUB_JSON_OBJECT
)

// JSON is an immutable document. A value is named by a path, a JSON Pointer (RFC 6901): "" is the whole document,
// "/siblings/0/rfilename" a member of the first element of an array. What is not there has no value: getters then give what
// they were told to fall back on. After Close every path is missing.
type JSON struct{ handle *handle }

func newJSON(native uintptr) *JSON {
	document := &JSON{newHandle(native, raw.Hfhub_json_free)}
	runtime.SetFinalizer(document, (*JSON).Close)
	return document
}

// ParseJSON reads a text.
//
// hfhub_json_parse: Parses `size` bytes of UTF-8 JSON text. Errors: E_ARGUMENT naming the byte offset. Since 0.1.
func ParseJSON(text []byte) (*JSON, error) {
	var document, failure uintptr
	if err := check(raw.Hfhub_json_parse(text, &document, &failure), failure); err != nil {
		return nil, err
	}
	return newJSON(document), nil
}

// Close frees the document. The garbage collector does it otherwise.
//
// hfhub_json_free: Frees the document. NULL is fine. Since 0.1.
func (j *JSON) Close() error {
	j.handle.close()
	return nil
}

// read runs a getter; not for a closed document, nor for a path that no document can have.
func (j *JSON) read(path string, getter func(native uintptr)) {
	if j == nil || strings.IndexByte(path, 0) >= 0 {
		return
	}
	if native, err := j.handle.acquire(); err == nil {
		defer j.handle.release()
		getter(native)
	}
}

// Type is what the value at path is.
//
// hfhub_json_get_type: The type of the value at `json_path`, HFHUB_JSON_MISSING when there is none. Since 0.1.
func (j *JSON) Type(path string) JSONType {
	found := JSONMissing
	j.read(path, func(native uintptr) { found = JSONType(raw.Hfhub_json_get_type(native, &path)) })
	return found
}

// Count is how many elements or members the value at path has.
//
// hfhub_json_get_count: Elements of the array or members of the object at `json_path`; 0 for anything else. Since 0.1.
func (j *JSON) Count(path string) int {
	count := 0
	j.read(path, func(native uintptr) { count = int(raw.Hfhub_json_get_count(native, &path)) })
	return count
}

// Key is the name of a member of the object at path; false past the end.
//
// hfhub_json_get_key: The name of the object's member number `index` (document order); NULL past the end or when it is
// no object. Borrowed. Since 0.1.
func (j *JSON) Key(path string, index int) (string, bool) {
	var key *string
	j.read(path, func(native uintptr) { key = raw.Hfhub_json_get_key(native, &path, uint64(index)) })
	return text(key), key != nil
}

// LookupString is the text at path; false when there is none.
//
// hfhub_json_get_string: The string at `json_path`; NULL when there is none. Borrowed. Since 0.1.
func (j *JSON) LookupString(path string) (string, bool) {
	var found *string
	j.read(path, func(native uintptr) { found = raw.Hfhub_json_get_string(native, &path) })
	return text(found), found != nil
}

// String is the text at path, "" when there is none.
func (j *JSON) String(path string) string {
	found, _ := j.LookupString(path)
	return found
}

// Int is the integer at path.
//
// hfhub_json_get_int64: The integer at `json_path`; `fallback` when there is none or it does not fit. Since 0.1.
func (j *JSON) Int(path string, fallback int64) int64 {
	j.read(path, func(native uintptr) { fallback = raw.Hfhub_json_get_int64(native, &path, fallback) })
	return fallback
}

// Float is the number at path.
//
// hfhub_json_get_double: The number at `json_path`; `fallback` when there is none. Since 0.1.
func (j *JSON) Float(path string, fallback float64) float64 {
	j.read(path, func(native uintptr) { fallback = raw.Hfhub_json_get_double(native, &path, fallback) })
	return fallback
}

// Bool is the boolean at path.
//
// hfhub_json_get_bool: 1 or 0 for the boolean at `json_path`; `fallback` when there is none. Since 0.1.
func (j *JSON) Bool(path string, fallback bool) bool {
	number := int32(0)
	if fallback {
		number = 1
	}
	j.read(path, func(native uintptr) { number = raw.Hfhub_json_get_bool(native, &path, number) })
	return number != 0
}

// Text writes the value at path, on one line with indent -1.
//
// hfhub_json_write: The value at `json_path` as text. `indent` < 0: one line with ", " and ": " and ASCII only, as
// Python prints it; >= 0: that many spaces a level. Owned. Errors: E_ARGUMENT when there is no such value. Since 0.1.
func (j *JSON) Text(path string, indent int) (string, error) {
	var written string
	err := j.handle.use(func(native uintptr, err *uintptr) int32 {
		return raw.Hfhub_json_write(native, &path, int32(indent), &written, err)
	})
	return written, err
}

// Decode puts the value at path into what v points to, as json.Unmarshal does.
func (j *JSON) Decode(path string, v interface{}) error {
	written, err := j.Text(path, -1)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(written), v)
}

// MarshalJSON gives the whole document to package encoding/json.
func (j *JSON) MarshalJSON() ([]byte, error) {
	written, err := j.Text("", -1)
	return []byte(written), err
}

// Elements iterates over the paths of the elements of the array, or of the members of the object, at path. With Go 1.23:
//
//	for path := range models.Elements("") {
//		fmt.Println(models.String(path + "/id"))
//	}
func (j *JSON) Elements(path string) func(yield func(path string) bool) {
	return func(yield func(string) bool) {
		isObject := j.Type(path) == JSONObject
		for i, count := 0, j.Count(path); i < count; i++ {
			step := strconv.Itoa(i)
			if isObject {
				key, _ := j.Key(path, i)
				step = JSONStep(key)
			}
			if !yield(path + "/" + step) {
				return
			}
		}
	}
}

// JSONStep is a member's name as one step of a path.
func JSONStep(key string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(key) }
