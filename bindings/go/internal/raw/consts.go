// Code generated from include/hfhub/*.h by bindings/swig/generate.py; DO NOT EDIT.

package raw

const (
	HFHUB_OK                   = 0
	HFHUB_END                  = 1
	HFHUB_PENDING              = 2
	HFHUB_E_ARGUMENT           = -1
	HFHUB_E_NO_MEMORY          = -2
	HFHUB_E_CANCELLED          = -3
	HFHUB_E_STATE              = -4
	HFHUB_E_FORKED             = -5
	HFHUB_E_UNSUPPORTED        = -6
	HFHUB_E_IO                 = -10
	HFHUB_E_DISK_FULL          = -11
	HFHUB_E_CACHE              = -12
	HFHUB_E_NOT_CACHED         = -13
	HFHUB_E_INCOMPLETE         = -14
	HFHUB_E_NETWORK            = -20
	HFHUB_E_TIMEOUT            = -21
	HFHUB_E_OFFLINE            = -22
	HFHUB_E_TLS                = -23
	HFHUB_E_HTTP               = -30
	HFHUB_E_AUTH               = -31
	HFHUB_E_REPO_NOT_FOUND     = -32
	HFHUB_E_REVISION_NOT_FOUND = -33
	HFHUB_E_ENTRY_NOT_FOUND    = -34
	HFHUB_E_GATED              = -35
	HFHUB_E_FORBIDDEN          = -36
	HFHUB_E_RATE_LIMITED       = -37
	HFHUB_E_DISABLED           = -38
	HFHUB_E_CONFLICT           = -39
	HFHUB_E_INTEGRITY          = -40
	HFHUB_E_UNSAFE_NAME        = -41
	HFHUB_E_PROTOCOL           = -42
	HFHUB_E_INTERNAL           = -99
)

const (
	HFHUB_LOG_DEBUG   = 0
	HFHUB_LOG_INFO    = 1
	HFHUB_LOG_WARNING = 2
	HFHUB_LOG_ERROR   = 3
)

const (
	HFHUB_JSON_MISSING = 0
	HFHUB_JSON_NULL    = 1
	HFHUB_JSON_BOOL    = 2
	HFHUB_JSON_NUMBER  = 3
	HFHUB_JSON_STRING  = 4
	HFHUB_JSON_ARRAY   = 5
	HFHUB_JSON_OBJECT  = 6
)

const (
	HFHUB_ITEM_WAITING = 0
	HFHUB_ITEM_RUNNING = 1
	HFHUB_ITEM_DONE    = 2
	HFHUB_ITEM_FAILED  = 3
	HFHUB_ITEM_CACHED  = 4
)

const (
	HFHUB_CACHED_UNKNOWN = 0
	HFHUB_CACHED_FOUND   = 1
	HFHUB_CACHED_ABSENT  = 2
)
