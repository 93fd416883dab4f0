// Generated from include/hfhub/*.h by bindings/swig/generate.py; do not edit.

use core::marker::{PhantomData, PhantomPinned};
use std::os::raw::{c_char, c_void};

/// The outcome of a call: one of the HFHUB_... constants below. Numbers are permanent; new ones may be added.
pub type hfhub_status = i32;

pub const HFHUB_OK: i32 = 0;
/// nothing more will come
pub const HFHUB_END: i32 = 1;
/// not yet; ask again
pub const HFHUB_PENDING: i32 = 2;
/// a value was refused before anything happened; the message names it
pub const HFHUB_E_ARGUMENT: i32 = -1;
/// memory, threads or descriptors ran out
pub const HFHUB_E_NO_MEMORY: i32 = -2;
/// cancelled by the caller
pub const HFHUB_E_CANCELLED: i32 = -3;
/// the handle is not in a state that allows this call
pub const HFHUB_E_STATE: i32 = -4;
/// an operation of the parent process, asked in the child
pub const HFHUB_E_FORKED: i32 = -5;
/// not available here, e.g. libcurl is not installed
pub const HFHUB_E_UNSUPPORTED: i32 = -6;
/// the disk or the operating system refused
pub const HFHUB_E_IO: i32 = -10;
/// not enough space; what was fetched stays for a later call
pub const HFHUB_E_DISK_FULL: i32 = -11;
/// the cache folder is missing or not usable
pub const HFHUB_E_CACHE: i32 = -12;
/// not on disk, and the Hub could not be asked
pub const HFHUB_E_NOT_CACHED: i32 = -13;
/// a cached snapshot lacks files, and the Hub could not be asked
pub const HFHUB_E_INCOMPLETE: i32 = -14;
/// no connection, or it broke
pub const HFHUB_E_NETWORK: i32 = -20;
/// a deadline passed or a transfer stalled
pub const HFHUB_E_TIMEOUT: i32 = -21;
/// offline mode is on
pub const HFHUB_E_OFFLINE: i32 = -22;
/// the server's certificate was not accepted
pub const HFHUB_E_TLS: i32 = -23;
/// any other refusal by the server; see hfhub_error_get_http_status
pub const HFHUB_E_HTTP: i32 = -30;
/// no valid token
pub const HFHUB_E_AUTH: i32 = -31;
/// no such repository, or it is private and not yours
pub const HFHUB_E_REPO_NOT_FOUND: i32 = -32;
/// no such branch, tag or commit
pub const HFHUB_E_REVISION_NOT_FOUND: i32 = -33;
/// no such file
pub const HFHUB_E_ENTRY_NOT_FOUND: i32 = -34;
/// access must be requested on the repository's page
pub const HFHUB_E_GATED: i32 = -35;
/// the token does not allow this
pub const HFHUB_E_FORBIDDEN: i32 = -36;
/// too many requests; see hfhub_error_get_retry_after_ms
pub const HFHUB_E_RATE_LIMITED: i32 = -37;
/// the Hub has disabled the repository
pub const HFHUB_E_DISABLED: i32 = -38;
/// somebody else changed it meanwhile
pub const HFHUB_E_CONFLICT: i32 = -39;
/// bytes differ from what the Hub promised; they were not made visible
pub const HFHUB_E_INTEGRITY: i32 = -40;
/// a file name from the server would be dangerous on this disk
pub const HFHUB_E_UNSAFE_NAME: i32 = -41;
/// the server's answer makes no sense
pub const HFHUB_E_PROTOCOL: i32 = -42;
/// a bug in this library
pub const HFHUB_E_INTERNAL: i32 = -99;

#[repr(C)]
pub struct hfhub_error {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

#[repr(C)]
pub struct hfhub_session_options {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

#[repr(C)]
pub struct hfhub_session {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

pub const HFHUB_LOG_DEBUG: i32 = 0;
pub const HFHUB_LOG_INFO: i32 = 1;
pub const HFHUB_LOG_WARNING: i32 = 2;
pub const HFHUB_LOG_ERROR: i32 = 3;

/// Receives log lines, from any thread, without secrets. It must return soon and must not call this library.
pub type hfhub_log_fn = Option<unsafe extern "C" fn(argument1: i32, argument2: *const c_char, argument3: *mut c_void)>;

/// Lets go of what a hook was given.
pub type hfhub_release_fn = Option<unsafe extern "C" fn(argument1: *mut c_void)>;

#[repr(C)]
pub struct hfhub_json {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

pub const HFHUB_JSON_MISSING: i32 = 0;
pub const HFHUB_JSON_NULL: i32 = 1;
pub const HFHUB_JSON_BOOL: i32 = 2;
pub const HFHUB_JSON_NUMBER: i32 = 3;
pub const HFHUB_JSON_STRING: i32 = 4;
pub const HFHUB_JSON_ARRAY: i32 = 5;
pub const HFHUB_JSON_OBJECT: i32 = 6;

#[repr(C)]
pub struct hfhub_op {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

#[repr(C)]
pub struct hfhub_queue {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

pub const HFHUB_ITEM_WAITING: i32 = 0;
pub const HFHUB_ITEM_RUNNING: i32 = 1;
pub const HFHUB_ITEM_DONE: i32 = 2;
pub const HFHUB_ITEM_FAILED: i32 = 3;
/// was on disk already
pub const HFHUB_ITEM_CACHED: i32 = 4;

/// A snapshot of counters. Set struct_size to sizeof(hfhub_progress) first; fields are only ever appended.
#[repr(C)]
#[derive(Debug, Clone, Copy, Default)]
pub struct hfhub_progress {
    pub struct_size: u32,
    pub state: u32,
    pub items_done: u32,
    pub items_total: u32,
    pub items_cached: u32,
    pub reserved: u32,
    pub bytes_done: u64,
    pub bytes_total: u64,
    pub resumed_bytes: u64,
    pub wire_bytes: u64,
    pub rate_bytes_per_s: u64,
    pub elapsed_ms: i64,
}

/// Called by hfhub_op_wait_progress on the caller's own thread. It may call anything of this library.
pub type hfhub_progress_fn = Option<unsafe extern "C" fn(argument1: *const hfhub_progress, argument2: *mut c_void)>;

/// Called once when an operation is complete, on a thread of the library or, when it is complete already, on the
/// caller's. It must return at once and only wake somebody.
pub type hfhub_ready_fn = Option<unsafe extern "C" fn(argument1: *mut c_void)>;

#[repr(C)]
pub struct hfhub_download_options {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// nothing is known: the Hub must be asked
pub const HFHUB_CACHED_UNKNOWN: i32 = 0;
/// the file is here
pub const HFHUB_CACHED_FOUND: i32 = 1;
/// the Hub once said that this commit has no such file
pub const HFHUB_CACHED_ABSENT: i32 = 2;

#[repr(C)]
pub struct hfhub_repo_options {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

#[repr(C)]
pub struct hfhub_device_login {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

#[repr(C)]
pub struct hfhub_commit_options {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

#[repr(C)]
pub struct hfhub_commit {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

#[repr(C)]
pub struct hfhub_commit_writer {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

#[repr(C)]
pub struct hfhub_scheduler {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

#[repr(C)]
pub struct hfhub_xet_options {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

#[repr(C)]
pub struct hfhub_xet_commit {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

#[repr(C)]
pub struct hfhub_xet_writer {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

#[repr(C)]
pub struct hfhub_xet_group {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

#[repr(C)]
pub struct hfhub_xet_stream {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

extern "C" {
    /// The library's version, e.g. "0.1.0". Static storage. Since 0.1.
    pub fn hfhub_version() -> *const c_char;

    /// The version as a number, major * 1000000 + minor * 1000 + patch. Since 0.1.
    pub fn hfhub_version_number() -> u32;

    /// The constant's name, e.g. "HFHUB_E_NOT_CACHED"; "HFHUB_E_UNKNOWN" for a number this version does not know.
    /// Static storage. Since 0.1.
    pub fn hfhub_status_name(status: hfhub_status) -> *const c_char;

    /// Objects of this library that were made in this process and not freed: handles, JSON documents and errors of all
    /// kinds. For tests that look for leaks. Since 0.1.
    pub fn hfhub_handle_get_count() -> usize;

    /// Frees a string that a function gave through `char **out_string`. NULL is fine. Since 0.1.
    pub fn hfhub_string_free(owned_string: *mut c_char);

    /// The status that came with the error. HFHUB_OK for NULL. Since 0.1.
    pub fn hfhub_error_get_status(error: *const hfhub_error) -> hfhub_status;

    /// One line that names what was wrong and with which value; never a secret. "" for NULL. Since 0.1.
    pub fn hfhub_error_get_message(error: *const hfhub_error) -> *const c_char;

    /// The HTTP status code of the answer, 0 when there was none. Since 0.1.
    pub fn hfhub_error_get_http_status(error: *const hfhub_error) -> i32;

    /// The Hub's X-Error-Code, e.g. "GatedRepo"; "" when there was none. Since 0.1.
    pub fn hfhub_error_get_hub_code(error: *const hfhub_error) -> *const c_char;

    /// The id under which the server logged the request; "" when there was none. Since 0.1.
    pub fn hfhub_error_get_request_id(error: *const hfhub_error) -> *const c_char;

    /// What the server said, one message a line; "" when it said nothing. Since 0.1.
    pub fn hfhub_error_get_server_message(error: *const hfhub_error) -> *const c_char;

    /// The URL without its query; "" when no request was involved. Since 0.1.
    pub fn hfhub_error_get_url(error: *const hfhub_error) -> *const c_char;

    /// The repository's type ("model", "dataset", "space", "kernel") when the error is about one; else "". Since 0.1.
    pub fn hfhub_error_get_repo_type(error: *const hfhub_error) -> *const c_char;

    /// The repository's id when the error is about one; else "". Since 0.1.
    pub fn hfhub_error_get_repo_id(error: *const hfhub_error) -> *const c_char;

    /// The local file or folder concerned, e.g. the incomplete snapshot of HFHUB_E_INCOMPLETE; else "". Since 0.1.
    pub fn hfhub_error_get_path(error: *const hfhub_error) -> *const c_char;

    /// Milliseconds the server asked to wait, -1 when it did not say. Since 0.1.
    pub fn hfhub_error_get_retry_after_ms(error: *const hfhub_error) -> i64;

    /// 1 when the same call may well succeed later without a change, else 0. Since 0.1.
    pub fn hfhub_error_is_retriable(error: *const hfhub_error) -> i32;

    /// Frees the error. NULL is fine. Since 0.1.
    pub fn hfhub_error_free(error: *mut hfhub_error);

    /// Number of known option keys; docs/CONFIGURATION.md lists them. Since 0.1.
    pub fn hfhub_option_get_count() -> usize;

    /// Key of option number `index`, e.g. "net.retries"; NULL past the end. Static storage. Since 0.1.
    pub fn hfhub_option_get_key(index: usize) -> *const c_char;

    /// Its default as text; "" when it is not set or derived from others. Static storage. Since 0.1.
    pub fn hfhub_option_get_default(index: usize) -> *const c_char;

    /// Its environment variables, by falling priority, separated by spaces; "!NAME" means the opposite. Static storage.
    /// Since 0.1.
    pub fn hfhub_option_get_environment(index: usize) -> *const c_char;

    /// One or two sentences about it. Static storage. Since 0.1.
    pub fn hfhub_option_get_help(index: usize) -> *const c_char;

    /// Defaults with the process environment applied. Errors: E_ARGUMENT naming an environment variable that cannot be
    /// read as its type. Since 0.1.
    pub fn hfhub_session_options_new(out_options: *mut *mut hfhub_session_options, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Sets any option by its key. Errors: E_ARGUMENT for an unknown key (with the nearest known one) or a value that
    /// cannot be read. Since 0.1.
    pub fn hfhub_session_options_set(options: *mut hfhub_session_options, key: *const c_char, value: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Sets the access token; "" for none. Errors: E_ARGUMENT when a header cannot carry it. Since 0.1.
    pub fn hfhub_session_options_set_token(options: *mut hfhub_session_options, token: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Sets the Hub's base URL. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_session_options_set_endpoint(options: *mut hfhub_session_options, endpoint: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Sets the folder of the shared repository cache. Since 0.1.
    pub fn hfhub_session_options_set_cache_dir(options: *mut hfhub_session_options, cache_dir: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// 1: never use the network. Since 0.1.
    pub fn hfhub_session_options_set_offline(options: *mut hfhub_session_options, enable: i32, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Bytes for all buffers of the session, at least 8 MiB. Since 0.1.
    pub fn hfhub_session_options_set_memory_budget(options: *mut hfhub_session_options, size_bytes: u64, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Sent to the Hub as "name/version". Errors: E_ARGUMENT when a header cannot carry it. Since 0.1.
    pub fn hfhub_session_options_set_user_agent(options: *mut hfhub_session_options, user_agent: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Where log lines of option log.level and above go; NULL for nowhere (the default). `user_data_free` (may be NULL)
    /// is called once with `user_data`, on any thread, when no line can come any more: another hook was set or the
    /// options freed, and the sessions made from them and all that those did are gone. It must not call this library.
    /// After an error nothing is called: `user_data` stays the caller's. Errors: E_NO_MEMORY. Since 0.1.
    pub fn hfhub_session_options_set_log_hook(options: *mut hfhub_session_options, log_fn: hfhub_log_fn, user_data: *mut c_void, user_data_free: hfhub_release_fn, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Frees the options. NULL is fine. Since 0.1.
    pub fn hfhub_session_options_free(options: *mut hfhub_session_options);

    /// A new session. `options` is copied; NULL means the environment. Opens no connection and starts no thread yet.
    /// Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_session_new(options: *const hfhub_session_options, out_session: *mut *mut hfhub_session, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The value in force of an option, with derived defaults filled in and a secret masked. Owned. Errors: E_ARGUMENT
    /// for an unknown key. Since 0.1.
    pub fn hfhub_session_get_option(session: *const hfhub_session, key: *const c_char, out_string: *mut *mut c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// 1 when a token is at hand (option, environment or token file), else 0. Since 0.1.
    pub fn hfhub_session_has_token(session: *const hfhub_session) -> i32;

    /// Cancels every running operation of the session; it stays usable. Since 0.1.
    pub fn hfhub_session_cancel(session: *mut hfhub_session);

    /// Lets go of the session. Running operations are not cancelled: they keep what they need. NULL is fine. Since 0.1.
    pub fn hfhub_session_free(session: *mut hfhub_session);

    /// Parses `size` bytes of UTF-8 JSON text. Errors: E_ARGUMENT naming the byte offset. Since 0.1.
    pub fn hfhub_json_parse(text: *const c_char, size: usize, out_json: *mut *mut hfhub_json, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The type of the value at `json_path`, HFHUB_JSON_MISSING when there is none. Since 0.1.
    pub fn hfhub_json_get_type(json: *const hfhub_json, json_path: *const c_char) -> i32;

    /// Elements of the array or members of the object at `json_path`; 0 for anything else. Since 0.1.
    pub fn hfhub_json_get_count(json: *const hfhub_json, json_path: *const c_char) -> usize;

    /// The name of the object's member number `index` (document order); NULL past the end or when it is no object.
    /// Borrowed. Since 0.1.
    pub fn hfhub_json_get_key(json: *const hfhub_json, json_path: *const c_char, index: usize) -> *const c_char;

    /// The string at `json_path`; NULL when there is none. Borrowed. Since 0.1.
    pub fn hfhub_json_get_string(json: *const hfhub_json, json_path: *const c_char) -> *const c_char;

    /// The integer at `json_path`; `fallback` when there is none or it does not fit. Since 0.1.
    pub fn hfhub_json_get_int64(json: *const hfhub_json, json_path: *const c_char, fallback: i64) -> i64;

    /// The number at `json_path`; `fallback` when there is none. Since 0.1.
    pub fn hfhub_json_get_double(json: *const hfhub_json, json_path: *const c_char, fallback: f64) -> f64;

    /// 1 or 0 for the boolean at `json_path`; `fallback` when there is none. Since 0.1.
    pub fn hfhub_json_get_bool(json: *const hfhub_json, json_path: *const c_char, fallback: i32) -> i32;

    /// The value at `json_path` as text. `indent` \< 0: one line with ", " and ": " and ASCII only, as Python prints
    /// it; \>= 0: that many spaces a level. Owned. Errors: E_ARGUMENT when there is no such value. Since 0.1.
    pub fn hfhub_json_write(json: *const hfhub_json, json_path: *const c_char, indent: i32, out_string: *mut *mut c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Frees the document. NULL is fine. Since 0.1.
    pub fn hfhub_json_free(json: *mut hfhub_json);

    /// Waits until the operation is complete: OK, or its error (a fresh error object at each call), or PENDING after
    /// `timeout_ms` milliseconds. Negative: no limit; every step inside has its own deadline. Since 0.1.
    pub fn hfhub_op_wait(op: *mut hfhub_op, timeout_ms: i64, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Like hfhub_op_wait without limit; meanwhile calls `progress_fn` on this thread every `interval_ms` milliseconds
    /// (at least 10) and once at the end. Since 0.1.
    pub fn hfhub_op_wait_progress(op: *mut hfhub_op, interval_ms: i64, progress_fn: hfhub_progress_fn, user_data: *mut c_void, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Asks the operation to stop: it completes soon with HFHUB_E_CANCELLED unless it is complete already. Any thread,
    /// any number of times, also from a signal handler. What can be resumed stays on disk. Since 0.1.
    pub fn hfhub_op_cancel(op: *mut hfhub_op);

    /// A descriptor that polls readable once the operation is complete; never read or close it. Valid until the
    /// operation is freed. Errors: E_NO_MEMORY. Since 0.1.
    pub fn hfhub_op_get_fd(op: *mut hfhub_op, out_fd: *mut isize, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Registers the one-shot ready callback; `user_data_free` (may be NULL) is called with `user_data` afterwards or
    /// when the operation is freed before. After an error nothing is called: it stays the caller's. Errors: E_STATE
    /// when there is one already; E_NO_MEMORY. Since 0.1.
    pub fn hfhub_op_set_ready(op: *mut hfhub_op, ready_fn: hfhub_ready_fn, user_data: *mut c_void, user_data_free: hfhub_ready_fn, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Counters of the whole operation. Never blocks. Since 0.1.
    pub fn hfhub_op_get_progress(op: *const hfhub_op, out_progress: *mut hfhub_progress, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Items (files) known so far; grows while the operation runs. Since 0.1.
    pub fn hfhub_op_get_item_count(op: *const hfhub_op) -> usize;

    /// Name of an item, its path in the repository; NULL past the end. Borrowed. Since 0.1.
    pub fn hfhub_op_get_item_name(op: *const hfhub_op, index: usize) -> *const c_char;

    /// Counters of one item. Errors: E_ARGUMENT past the end. Since 0.1.
    pub fn hfhub_op_get_item_progress(op: *const hfhub_op, index: usize, out_progress: *mut hfhub_progress, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The local file or folder that the operation made; NULL before it is complete or when it makes none. Borrowed.
    /// Since 0.1.
    pub fn hfhub_op_get_path(op: *const hfhub_op) -> *const c_char;

    /// The operation's data, a handle of its own. Errors: PENDING before it is complete; E_STATE when it failed or has
    /// none. Since 0.1.
    pub fn hfhub_op_get_json(op: *const hfhub_op, out_json: *mut *mut hfhub_json, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Lets go of the operation, cancelling it when it still runs. Never waits. NULL is fine. Since 0.1.
    pub fn hfhub_op_free(op: *mut hfhub_op);

    /// A queue of finished operations. Errors: E_NO_MEMORY. Since 0.1.
    pub fn hfhub_queue_new(out_queue: *mut *mut hfhub_queue, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Reports the operation here, once, when it is complete (at once when it already is). Since 0.1.
    pub fn hfhub_queue_add(queue: *mut hfhub_queue, op: *mut hfhub_op, tag: u64, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The tag of the next finished operation: OK; PENDING after `timeout_ms` (negative: no limit); END when nothing is
    /// outstanding. Since 0.1.
    pub fn hfhub_queue_next(queue: *mut hfhub_queue, timeout_ms: i64, out_tag: *mut u64, err: *mut *mut hfhub_error) -> hfhub_status;

    /// A descriptor that polls readable while a finished operation waits to be taken; never read or close it. Since
    /// 0.1.
    pub fn hfhub_queue_get_fd(queue: *mut hfhub_queue, out_fd: *mut isize, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Frees the queue; operations in it are not touched. NULL is fine. Since 0.1.
    pub fn hfhub_queue_free(queue: *mut hfhub_queue);

    /// Number of known operations; docs/OPERATIONS.md lists them. Since 0.1.
    pub fn hfhub_call_get_count() -> usize;

    /// Name of operation number `index`, e.g. "models.info"; NULL past the end. Static storage. Since 0.1.
    pub fn hfhub_call_get_name(index: usize) -> *const c_char;

    /// Parameters of operation number `index`, separated by spaces; required ones first and marked with "!". Owned.
    /// Errors: E_ARGUMENT past the end. Since 0.1.
    pub fn hfhub_call_get_parameters(index: usize, out_string: *mut *mut c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Runs an operation with the session's token, retries and errors. `params_json` is a JSON object (NULL: none),
    /// e.g. {"repo_id": "gpt2", "revision": "main"}. Paged answers come as one array; the parameter "limit" bounds it.
    /// Result JSON: the Hub's answer. Errors: E_ARGUMENT for an unknown operation (with the nearest known one), an
    /// unknown or missing parameter; network and Hub errors. Since 0.1.
    pub fn hfhub_call(session: *mut hfhub_session, operation: *const c_char, params_json: *const c_char, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Options with their defaults: a model, revision "main", the session's cache. Since 0.1.
    pub fn hfhub_download_options_new(out_options: *mut *mut hfhub_download_options, err: *mut *mut hfhub_error) -> hfhub_status;

    /// "model" (default), "dataset", "space" or "kernel". Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_download_options_set_repo_type(options: *mut hfhub_download_options, repo_type: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// A branch, tag, commit hash (short or full) or refs/pr/N. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_download_options_set_revision(options: *mut hfhub_download_options, revision: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// A folder inside the repository, put before file paths. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_download_options_set_subfolder(options: *mut hfhub_download_options, subfolder: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Another shared cache than the session's. Since 0.1.
    pub fn hfhub_download_options_set_cache_dir(options: *mut hfhub_download_options, cache_dir: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Plain files in this folder instead of the shared cache. Since 0.1.
    pub fn hfhub_download_options_set_local_dir(options: *mut hfhub_download_options, local_dir: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Another token than the session's; "" for none. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_download_options_set_token(options: *mut hfhub_download_options, token: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// 1: fetch again what is there. Since 0.1.
    pub fn hfhub_download_options_set_force(options: *mut hfhub_download_options, enable: i32, err: *mut *mut hfhub_error) -> hfhub_status;

    /// 1: use only what is on disk. Since 0.1.
    pub fn hfhub_download_options_set_local_files_only(options: *mut hfhub_download_options, enable: i32, err: *mut *mut hfhub_error) -> hfhub_status;

    /// 1: fetch and write nothing; the result's JSON says what would be done. Since 0.1.
    pub fn hfhub_download_options_set_dry_run(options: *mut hfhub_download_options, enable: i32, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Files fetched at the same time, 1 to 256; default: option download.max_workers. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_download_options_set_max_workers(options: *mut hfhub_download_options, count: i32, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Snapshots: only files that match one of the allow patterns (fnmatch on the whole path; "*" crosses "/"; a
    /// trailing "/" means the folder's content). Since 0.1.
    pub fn hfhub_download_options_add_allow_pattern(options: *mut hfhub_download_options, pattern: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Snapshots: no file that matches one of the ignore patterns. Since 0.1.
    pub fn hfhub_download_options_add_ignore_pattern(options: *mut hfhub_download_options, pattern: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Frees the options. NULL is fine. Since 0.1.
    pub fn hfhub_download_options_free(options: *mut hfhub_download_options);

    /// Downloads one file, verified, into the shared cache or the local_dir. Result path: the file. Result JSON:
    /// {"path", "commit", "etag", "size", "cached"}; for a dry run {"filename", "commit_hash", "file_size",
    /// "local_path", "is_cached", "will_download"}. Errors: all of NOT_CACHED, network, Hub, INTEGRITY, DISK_FULL.
    /// Since 0.1.
    pub fn hfhub_download_file(session: *mut hfhub_session, repo_id: *const c_char, file_path: *const c_char, options: *const hfhub_download_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Downloads a repository, complete or not at all. Result path: the snapshot folder or the local_dir. Result JSON:
    /// {"path", "commit", "files": number, "downloaded": number}; for a dry run an array of the objects above. Errors:
    /// as above, and INCOMPLETE. Since 0.1.
    pub fn hfhub_download_snapshot(session: *mut hfhub_session, repo_id: *const c_char, options: *const hfhub_download_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Asks the Hub about one file. Result JSON: {"commit_hash", "etag", "size" or null, "location" (without its query
    /// when on another host), "xet_hash" or null}. Since 0.1.
    pub fn hfhub_file_metadata(session: *mut hfhub_session, repo_id: *const c_char, file_path: *const c_char, options: *const hfhub_download_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The URL from which the Hub serves a file. Owned. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_file_url(session: *mut hfhub_session, repo_id: *const c_char, file_path: *const c_char, options: *const hfhub_download_options, out_string: *mut *mut c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Looks a file up in the shared cache, reading the disk only. `out_string` is the path when found, else NULL.
    /// Owned. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_cached_file(session: *mut hfhub_session, repo_id: *const c_char, file_path: *const c_char, options: *const hfhub_download_options, out_state: *mut i32, out_string: *mut *mut c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Reads hf://\[models/|datasets/|spaces/|kernels/\]ns/name\[@revision\]\[/path\]. Result: {"repo_type", "repo_id",
    /// "revision" or null, "path", "folder": whether it ended in "/"}. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_uri_parse(uri: *const c_char, out_json: *mut *mut hfhub_json, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Reads a whole shared cache (NULL: the session's). Changes nothing. Result JSON: {"cache_dir", "size_on_disk",
    /// "repos": \[{"repo_id", "repo_type", "repo_path", "size_on_disk", "nb_files", "last_accessed", "last_modified",
    /// "refs", "revisions": \[{"commit_hash", "snapshot_path", "size_on_disk", "last_modified", "refs", "files":
    /// \[{"path", "file_path", "blob_path", "size_on_disk", "last_accessed", "last_modified"}\]}\]}\], "incomplete":
    /// \[{"path", "size"}\], "unreferenced_shared": {"count", "size"}, "warnings": \[text\]}. Times are seconds since
    /// 1970. Errors: E_CACHE when the folder is missing. Since 0.1.
    pub fn hfhub_cache_scan(session: *mut hfhub_session, cache_dir: *const c_char, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Compares what is on disk (the options' local_dir, else their revision in the shared cache) with the Hub's
    /// digests. Result path: the folder that was checked. Result JSON: {"repo_id", "repo_type", "revision", "path",
    /// "checked", "mismatches": \[{"path", "expected", "actual", "algorithm"}\], "missing": \[path\], "extra":
    /// \[path\]}. Differences are a result, not an error. Since 0.1.
    pub fn hfhub_cache_verify(session: *mut hfhub_session, repo_id: *const c_char, options: *const hfhub_download_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Options with their defaults: a model, the session's token, nothing else said. Since 0.1.
    pub fn hfhub_repo_options_new(out_options: *mut *mut hfhub_repo_options, err: *mut *mut hfhub_error) -> hfhub_status;

    /// "model" (default), "dataset", "space" or "kernel". Every call takes it. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_repo_options_set_repo_type(options: *mut hfhub_repo_options, repo_type: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Another token than the session's; "" for none. Every call takes it. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_repo_options_set_token(options: *mut hfhub_repo_options, token: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// "public", "private" or, for Spaces, "protected" (everybody may use it, nobody else sees its files). Default:
    /// what the Hub chooses. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_repo_options_set_visibility(options: *mut hfhub_repo_options, visibility: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// 1: the same as "private", 0: the same as "public". Since 0.1.
    pub fn hfhub_repo_options_set_private(options: *mut hfhub_repo_options, enable: i32, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Who gets at the files: "auto" (whoever asks), "manual" (whom you approve) or "false" (everybody). Errors:
    /// E_ARGUMENT. Since 0.1.
    pub fn hfhub_repo_options_set_gated(options: *mut hfhub_repo_options, gated: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// 1: what is there already is a success. Since 0.1.
    pub fn hfhub_repo_options_set_exist_ok(options: *mut hfhub_repo_options, enable: i32, err: *mut *mut hfhub_error) -> hfhub_status;

    /// 1: what is not there is a success. Since 0.1.
    pub fn hfhub_repo_options_set_missing_ok(options: *mut hfhub_repo_options, enable: i32, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The resource group of an Enterprise organisation. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_repo_options_set_resource_group(options: *mut hfhub_repo_options, resource_group: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Where it is stored: "us" or "eu" (paying accounts). Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_repo_options_set_region(options: *mut hfhub_repo_options, region: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// What a Space is made with: "gradio", "streamlit", "docker" or "static". Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_repo_options_set_space_sdk(options: *mut hfhub_repo_options, sdk: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// A template to start a Space from, by its name or repository; it brings its SDK. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_repo_options_set_space_template(options: *mut hfhub_repo_options, space_template: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// What a Space runs on, e.g. "cpu-basic". Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_repo_options_set_space_hardware(options: *mut hfhub_repo_options, hardware: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Seconds without use after which a Space is put to sleep; -1 for never. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_repo_options_set_space_sleep_time(options: *mut hfhub_repo_options, seconds: i64, err: *mut *mut hfhub_error) -> hfhub_status;

    /// A secret of a Space. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_repo_options_add_space_secret(options: *mut hfhub_repo_options, name: *const c_char, value: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// An environment variable of a Space. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_repo_options_add_space_variable(options: *mut hfhub_repo_options, name: *const c_char, value: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// A repository or bucket that a Space sees as a folder:
    /// hf://\[models/|datasets/|spaces/|buckets/\]ns/name\[@revision\]\[/path\]:/folder\[:ro|:rw\]. Errors: E_ARGUMENT.
    /// Since 0.1.
    pub fn hfhub_repo_options_add_space_volume(options: *mut hfhub_repo_options, volume: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Where a branch or tag begins: a branch, tag or commit hash. Default: main. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_repo_options_set_revision(options: *mut hfhub_repo_options, revision: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The message of a tag, or of the commit that a squash makes. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_repo_options_set_message(options: *mut hfhub_repo_options, message: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Frees the options. NULL is fine. Since 0.1.
    pub fn hfhub_repo_options_free(options: *mut hfhub_repo_options);

    /// Makes a repository. `repo_id` without a namespace is yours. Options: visibility, exist_ok, resource_group,
    /// region, and for Spaces sdk (needed, unless a template brings it), template, hardware, sleep_time, secrets,
    /// variables, volumes. With exist_ok a repository that is there is a success, also for a token that may not make
    /// any. Result JSON: {"url", "repo_id", "repo_type", "created"}. Errors: E_ARGUMENT; E_CONFLICT when it exists;
    /// AUTH, FORBIDDEN. Since 0.1.
    pub fn hfhub_repo_create(session: *mut hfhub_session, repo_id: *const c_char, options: *const hfhub_repo_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Deletes a repository, for good. Options: missing_ok. Result JSON: {"repo_id", "repo_type", "deleted"}. Errors:
    /// E_REPO_NOT_FOUND, AUTH, FORBIDDEN. Since 0.1.
    pub fn hfhub_repo_delete(session: *mut hfhub_session, repo_id: *const c_char, options: *const hfhub_repo_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Renames a repository or gives it to another namespace; the old name leads to the new one. Both ids need a
    /// namespace. Result JSON: {"url", "repo_id", "repo_type"} of the new one. Errors: E_ARGUMENT, E_REPO_NOT_FOUND,
    /// E_CONFLICT, AUTH, FORBIDDEN. Since 0.1.
    pub fn hfhub_repo_move(session: *mut hfhub_session, repo_id: *const c_char, to_id: *const c_char, options: *const hfhub_repo_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Copies a model, dataset or Space on the Hub. `to_id` may be NULL, or have no namespace: the same name, or that
    /// name, in yours. Options: visibility (default: as the original), exist_ok, resource_group, and for Spaces
    /// hardware, sleep_time, secrets, variables, volumes. Result JSON: {"url", "repo_id", "repo_type", "created",
    /// "files_copy_pending"}: the last is true while the Hub still copies large files. Errors: as hfhub_repo_create,
    /// E_REPO_NOT_FOUND, E_GATED. Since 0.1.
    pub fn hfhub_repo_duplicate(session: *mut hfhub_session, repo_id: *const c_char, to_id: *const c_char, options: *const hfhub_repo_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Changes settings. Options: visibility, gated; at least one. Not for kernels. Result JSON: the Hub's answer, or
    /// null. Errors: E_ARGUMENT, E_REPO_NOT_FOUND, AUTH, FORBIDDEN. Since 0.1.
    pub fn hfhub_repo_update(session: *mut hfhub_session, repo_id: *const c_char, options: *const hfhub_repo_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// May the token read the files, or with `write` 1 change them? The operation succeeds when it may. Result JSON:
    /// {"repo_id", "repo_type"}. Errors: E_REPO_NOT_FOUND, E_GATED, AUTH, FORBIDDEN. Since 0.1.
    pub fn hfhub_repo_auth_check(session: *mut hfhub_session, repo_id: *const c_char, write: i32, options: *const hfhub_repo_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// What `owner` (NULL: you) keeps on the Hub, buckets included, with the storage it takes. Of the options: token.
    /// Result JSON: array of {"id", "type", "visibility", "updatedAt", "storage", "storagePercent"}. Errors: AUTH,
    /// FORBIDDEN. Since 0.1.
    pub fn hfhub_repo_list(session: *mut hfhub_session, owner: *const c_char, options: *const hfhub_repo_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Branches and tags, and with `include_prs` 1 pull requests. Result JSON: {"branches", "tags", "converts",
    /// "pullRequests"}, each an array of {"name", "ref", "targetCommit"}. Errors: E_REPO_NOT_FOUND. Since 0.1.
    pub fn hfhub_repo_refs(session: *mut hfhub_session, repo_id: *const c_char, include_prs: i32, options: *const hfhub_repo_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Makes a branch. Options: revision (where it begins), exist_ok. Result JSON: {"repo_id", "repo_type", "branch",
    /// "created"}. Errors: E_ARGUMENT, E_REVISION_NOT_FOUND, E_CONFLICT when it exists, AUTH, FORBIDDEN. Since 0.1.
    pub fn hfhub_branch_create(session: *mut hfhub_session, repo_id: *const c_char, branch: *const c_char, options: *const hfhub_repo_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Deletes a branch. Result JSON: {"repo_id", "repo_type", "branch"}. Errors: as above; FORBIDDEN for main. Since
    /// 0.1.
    pub fn hfhub_branch_delete(session: *mut hfhub_session, repo_id: *const c_char, branch: *const c_char, options: *const hfhub_repo_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Makes a tag. Options: revision, message, exist_ok. Result JSON: {"repo_id", "repo_type", "tag", "created"}.
    /// Errors: as hfhub_branch_create. Since 0.1.
    pub fn hfhub_tag_create(session: *mut hfhub_session, repo_id: *const c_char, tag: *const c_char, options: *const hfhub_repo_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Deletes a tag. Result JSON: {"repo_id", "repo_type", "tag"}. Errors: E_REVISION_NOT_FOUND when there is none,
    /// AUTH, FORBIDDEN. Since 0.1.
    pub fn hfhub_tag_delete(session: *mut hfhub_session, repo_id: *const c_char, tag: *const c_char, options: *const hfhub_repo_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Makes one commit of a branch's history, for good. `branch` NULL: main. Options: message. Not for kernels. Result
    /// JSON: {"repo_id", "repo_type", "branch"}. Errors: E_REVISION_NOT_FOUND, AUTH, FORBIDDEN. Since 0.1.
    pub fn hfhub_branch_squash(session: *mut hfhub_session, repo_id: *const c_char, branch: *const c_char, options: *const hfhub_repo_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Asks the Hub whose token it is, stores it under the name that the Hub gives it, and makes it the active one.
    /// `git_credential`: 1 also gives it to git's credential helpers, which runs git; 0 runs nothing. Result JSON:
    /// {"name", "user", "role": text or null, "expires_in": seconds or null, "refreshable", "git_helpers": \[name\] or
    /// null when not asked for, "token_path", "stored_tokens_path", "overridden_by": "environment", "oidc" or null:
    /// what goes before the token file}. Errors: E_ARGUMENT for a text that is no token, an organization's token, or a
    /// name that the file cannot hold; E_AUTH when the Hub does not know it; E_IO. Since 0.1.
    pub fn hfhub_auth_login(session: *mut hfhub_session, token: *const c_char, git_credential: i32, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Forgets one stored token (and the active one, when it is the same), or with NULL all of them. `git_credential`:
    /// 1 also makes git's helpers forget theirs. Result JSON: {"was_logged_in", "removed": \[name\], "active_removed",
    /// "overridden_by": as above, what still gives a token}. Errors: E_IO. Since 0.1.
    pub fn hfhub_auth_logout(session: *mut hfhub_session, token_name: *const c_char, git_credential: i32, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Makes a stored token the active one. Result JSON: {"name", "git_helpers", "token_path", "stored_tokens_path",
    /// "overridden_by"} as above. Errors: E_ARGUMENT when there is none of that name; E_IO. Since 0.1.
    pub fn hfhub_auth_switch(session: *mut hfhub_session, token_name: *const c_char, git_credential: i32, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The stored tokens, masked, in the file's order. Result JSON: {"tokens": \[{"name", "token": masked or null,
    /// "active", "expires_at": seconds since 1970 or null, "has_expiry", "expired"}\], "source": of the token in force,
    /// as of hfhub_auth_get_token or "", "damaged": the file could not be read}. Since 0.1.
    pub fn hfhub_auth_list(session: *mut hfhub_session, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The token in force, also when option token.implicit is off. Result JSON: {"token": text or null, "source":
    /// "option", "oidc", "environment", "file" or ""}. Errors: E_AUTH when an id token was not accepted; E_IO. Since
    /// 0.1.
    pub fn hfhub_auth_get_token(session: *mut hfhub_session, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Whose `token` it is (NULL: the one in force). The Hub allows few of these questions; `use_cache` 1 gives the
    /// answer that the session got before. Result JSON: the Hub's answer, e.g. {"name", "orgs": \[{"name"}\], "auth":
    /// {...}}. Errors: E_AUTH without a token, or for one that the Hub does not know; E_RATE_LIMITED. Since 0.1.
    pub fn hfhub_auth_whoami(session: *mut hfhub_session, token: *const c_char, use_cache: i32, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// A login by a code that a person enters on the Hub's page: hfhub_device_login_new, _request (wait for it), show
    /// _get_url and _get_user_code, _finish (wait for it), _free. Asks nothing yet. Since 0.1.
    pub fn hfhub_device_login_new(session: *mut hfhub_session, out_login: *mut *mut hfhub_device_login, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Gets a code from the Hub. Result JSON: {"user_code", "verification_uri", "verification_uri_complete": with the
    /// code in it, where the Hub offers that, "interval_ms", "expires_in": seconds}. Errors: E_STATE when there is a
    /// code already; network and Hub errors, after which it may be tried again. Since 0.1.
    pub fn hfhub_device_login_request(login: *mut hfhub_device_login, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The page to open, with the code in it where the Hub offers that; NULL before there is a code. Borrowed. Since
    /// 0.1.
    pub fn hfhub_device_login_get_url(login: *const hfhub_device_login) -> *const c_char;

    /// What to enter there; NULL before there is a code. Borrowed. Since 0.1.
    pub fn hfhub_device_login_get_user_code(login: *const hfhub_device_login) -> *const c_char;

    /// Waits until the person has answered, asking the Hub as often as it allows, and keeps the token as
    /// hfhub_auth_login does. While it waits, failures of the network are nothing. Result JSON: as hfhub_auth_login's.
    /// Errors: E_STATE without a code, or when it was finished before; E_AUTH, with "access_denied" or "expired_token"
    /// as hfhub_error_get_hub_code; E_CANCELLED, after which it may be started again. Since 0.1.
    pub fn hfhub_device_login_finish(login: *mut hfhub_device_login, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// How often the Hub has said "not yet". Since 0.1.
    pub fn hfhub_device_login_get_pending_count(login: *const hfhub_device_login) -> u32;

    /// Lets go of the login; its operations go on. NULL is fine. Since 0.1.
    pub fn hfhub_device_login_free(login: *mut hfhub_device_login);

    /// Uploads a local file as `action_json` says: the value of "actions": {"upload": ...} of an LFS batch answer,
    /// which git-lfs hands to its agent as "action". It has "href" and, for a file in parts, a "header" with
    /// "chunk_size" and the URLs of the parts by number; the parts are then sent side by side, each again after a
    /// failure, and "href" is told that they are there. `sha256` is the object's name. The session's token is not sent.
    /// Result JSON: {"oid", "size", "parts": number, 0 when it was sent whole}. Errors: E_ARGUMENT, E_IO, E_PROTOCOL
    /// for an action that does not fit the file, E_FORBIDDEN when its URLs have expired, network and Hub errors. Since
    /// 0.1.
    pub fn hfhub_lfs_upload(session: *mut hfhub_session, file_path: *const c_char, sha256: *const c_char, action_json: *const c_char, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Options with their defaults: a model, its revision "main", no pull request. Since 0.1.
    pub fn hfhub_commit_options_new(out_options: *mut *mut hfhub_commit_options, err: *mut *mut hfhub_error) -> hfhub_status;

    /// "model" (default), "dataset", "space" or "kernel". Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_commit_options_set_repo_type(options: *mut hfhub_commit_options, repo_type: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// A branch, or refs/pr/N. Default "main". Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_commit_options_set_revision(options: *mut hfhub_commit_options, revision: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The commit's message; a commit needs one, uploads of files and folders have a default. Errors: E_ARGUMENT when
    /// it is empty or not UTF-8. Since 0.1.
    pub fn hfhub_commit_options_set_message(options: *mut hfhub_commit_options, message: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// What is said below the message. Errors: E_ARGUMENT when it is not UTF-8. Since 0.1.
    pub fn hfhub_commit_options_set_description(options: *mut hfhub_commit_options, description: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The revision must be at this commit (5 to 40 hex digits), else the operation fails with E_CONFLICT. Since 0.1.
    pub fn hfhub_commit_options_set_parent(options: *mut hfhub_commit_options, commit_id: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// 1: the commit opens a pull request. Since 0.1.
    pub fn hfhub_commit_options_set_create_pr(options: *mut hfhub_commit_options, enable: i32, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The token for this call; "" for none. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_commit_options_set_token(options: *mut hfhub_commit_options, token: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Folders: only files that match one of the allow patterns, which have the meaning of
    /// hfhub_download_options_add_allow_pattern on the path below the folder. Since 0.1.
    pub fn hfhub_commit_options_add_allow_pattern(options: *mut hfhub_commit_options, pattern: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Folders: no file that matches one of the ignore patterns. The folders .git and .cache/huggingface are always
    /// left out. Since 0.1.
    pub fn hfhub_commit_options_add_ignore_pattern(options: *mut hfhub_commit_options, pattern: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Folders: files of the repository below the destination that match are deleted in the same commit, unless they
    /// are uploaded; .gitattributes stays. Since 0.1.
    pub fn hfhub_commit_options_add_delete_pattern(options: *mut hfhub_commit_options, pattern: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Folders: 0 refuses a folder that holds symbolic links to files (default: they are followed; links to folders
    /// never are). Since 0.1.
    pub fn hfhub_commit_options_set_follow_links(options: *mut hfhub_commit_options, enable: i32, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Folders: 0 keeps no journal in the folder's .cache/huggingface/upload (default: kept, so that the next upload
    /// does not read unchanged files again). Since 0.1.
    pub fn hfhub_commit_options_set_journal(options: *mut hfhub_commit_options, enable: i32, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Frees the options. NULL is fine. Since 0.1.
    pub fn hfhub_commit_options_free(options: *mut hfhub_commit_options);

    /// An empty commit to a repository. Asks nothing yet. Errors: E_ARGUMENT, also when the options have no message.
    /// Since 0.1.
    pub fn hfhub_commit_new(session: *mut hfhub_session, repo_id: *const c_char, options: *const hfhub_commit_options, out_commit: *mut *mut hfhub_commit, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Adds a file from disk, or replaces what is at `path_in_repo`. The file is read by the operation; when it has
    /// changed until then the operation fails and names it. Errors: E_ARGUMENT for a path that a repository cannot
    /// have, E_IO, E_STATE. Since 0.1.
    pub fn hfhub_commit_add_path(commit: *mut hfhub_commit, path_in_repo: *const c_char, file_path: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Adds every file below a folder that the options' allow and ignore patterns select, at `path_in_repo` ("" or ".":
    /// the root). Errors: E_ARGUMENT for a name that a repository cannot have, E_IO for what cannot be read, E_STATE.
    /// Since 0.1.
    pub fn hfhub_commit_add_folder(commit: *mut hfhub_commit, folder_path: *const c_char, path_in_repo: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Adds a file with these bytes, which are copied. Errors: E_ARGUMENT, E_STATE. Since 0.1.
    pub fn hfhub_commit_add_bytes(commit: *mut hfhub_commit, path_in_repo: *const c_char, data: *const c_void, size: usize, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Adds a file that is written piece by piece, of a size that nobody needs to know. More than 1 MiB goes to a
    /// temporary file below option cache.xet_dir, which goes with the commit. It is part of the commit once
    /// hfhub_commit_writer_finish has returned. Errors: E_ARGUMENT, E_STATE. Since 0.1.
    pub fn hfhub_commit_add_stream(commit: *mut hfhub_commit, path_in_repo: *const c_char, out_writer: *mut *mut hfhub_commit_writer, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Writes the next bytes. One thread at a time. Errors: E_STATE after finish; E_IO, E_DISK_FULL. Since 0.1.
    pub fn hfhub_commit_writer_write(writer: *mut hfhub_commit_writer, data: *const c_void, size: usize, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Ends the file and adds it to its commit. Errors: E_STATE the second time, or when the commit takes nothing any
    /// more. Since 0.1.
    pub fn hfhub_commit_writer_finish(writer: *mut hfhub_commit_writer, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Lets go of the writer; a file that was not finished is not added. NULL is fine. Since 0.1.
    pub fn hfhub_commit_writer_free(writer: *mut hfhub_commit_writer);

    /// Deletes a file. Errors: E_ARGUMENT, E_STATE. Since 0.1.
    pub fn hfhub_commit_delete_file(commit: *mut hfhub_commit, path_in_repo: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Deletes a folder and all that is in it. Errors: E_ARGUMENT, E_STATE. Since 0.1.
    pub fn hfhub_commit_delete_folder(commit: *mut hfhub_commit, path_in_repo: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Copies `source_path` to `path_in_repo`; large files on the Hub, without their bytes passing through here.
    /// `source_type` and `source_repo_id` NULL: from the same repository. `source_revision` NULL: the commit's
    /// revision, or the other repository's main. Errors: E_ARGUMENT, E_STATE. Since 0.1.
    pub fn hfhub_commit_copy(commit: *mut hfhub_commit, source_path: *const c_char, path_in_repo: *const c_char, source_type: *const c_char, source_repo_id: *const c_char, source_revision: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Adds files that other processes or machines brought to the Hub: receipts of hfhub_commit_prepare, one JSON
    /// object a line. The Hub is asked whether it has them before anything is committed. Errors: E_ARGUMENT for a
    /// receipt that is damaged, has expired or is for another repository; E_STATE. Since 0.1.
    pub fn hfhub_commit_add_receipts(commit: *mut hfhub_commit, receipt_lines: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Another parent, e.g. after E_CONFLICT; "" for any. Errors: E_ARGUMENT, E_STATE. Since 0.1.
    pub fn hfhub_commit_set_parent(commit: *mut hfhub_commit, commit_id: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Operations added so far. Since 0.1.
    pub fn hfhub_commit_get_operation_count(commit: *const hfhub_commit) -> usize;

    /// Brings the content of all added files to the Hub without committing it. Result JSON: {"receipts": \[{"path",
    /// "size", "storage": "regular", "xet" or "lfs", "sha256", "oid" and "content" of a regular file, "xet_hash",
    /// "repo", "expires": seconds since 1970}\]}. Errors: E_ARGUMENT for operations that contradict each other,
    /// E_STATE, network and Hub errors. Since 0.1.
    pub fn hfhub_commit_prepare(commit: *mut hfhub_commit, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Makes the commit: brings content to the Hub that is not there, then commits everything at once. Files whose
    /// content the revision has already are left out; when nothing is left, no commit is made and the answer is the
    /// revision's head. Result JSON: {"committed": whether one was made, "commit_oid", "commit_url", "commit_message",
    /// "commit_description", "pr_url" or null, "pr_num" or null, "pr_revision" or null, "repo_url", "regular", "xet",
    /// "lfs": files by storage, "copied", "deleted", "unchanged": numbers, "ignored": \[path\] by .gitignore,
    /// "stored_bytes", "deduped_bytes", "sent_bytes"}. Errors: E_CONFLICT when the parent has moved; after any failure
    /// the commit can be changed and finished again, and what was stored is not sent again. E_STATE once it was made.
    /// Since 0.1.
    pub fn hfhub_commit_finish(commit: *mut hfhub_commit, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Lets go of the commit; a running operation goes on. NULL is fine. Since 0.1.
    pub fn hfhub_commit_free(commit: *mut hfhub_commit);

    /// Commits one file. The default message is "Upload \<path_in_repo\> with hfhub". Result JSON as
    /// hfhub_commit_finish. Since 0.1.
    pub fn hfhub_upload_file(session: *mut hfhub_session, repo_id: *const c_char, file_path: *const c_char, path_in_repo: *const c_char, options: *const hfhub_commit_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Uploads a folder of any size to `path_in_repo` ("" or ".": the root), in as many commits as the Hub can take:
    /// usually one; the messages of later ones end in " (part 2)" and so on. Reading, transfers and commits overlap. A
    /// broken upload goes on where it was when it is called again. Result JSON as hfhub_commit_finish, of the last
    /// commit, with totals over all, and {"commits", "files", "reused": files that were not read again}. Errors:
    /// E_ARGUMENT for create_pr with another revision than main; E_IO for a folder that cannot be read. Since 0.1.
    pub fn hfhub_upload_folder(session: *mut hfhub_session, repo_id: *const c_char, folder_path: *const c_char, path_in_repo: *const c_char, options: *const hfhub_commit_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Deletes the revision's files that match one of the options' delete patterns, in one commit; .gitattributes
    /// stays. The default message is "Delete files \<patterns\> with hfhub". Result JSON as hfhub_commit_finish; when
    /// nothing matches no commit is made. Errors: E_ARGUMENT without a pattern. Since 0.1.
    pub fn hfhub_delete_files(session: *mut hfhub_session, repo_id: *const c_char, options: *const hfhub_commit_options, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Commits a folder every `every_ms` milliseconds, beginning now: files that are new or have changed, as far as
    /// they are at that moment, so that a program may go on appending to them. Nothing is ever deleted. `path_in_repo`
    /// and the options' allow and ignore patterns as for hfhub_upload_folder; the default message is "Scheduled
    /// Commit". A commit that fails is logged and tried again at the next time. Errors: E_ARGUMENT, also for `every_ms`
    /// below 1. Since 0.1.
    pub fn hfhub_scheduler_start(session: *mut hfhub_session, repo_id: *const c_char, folder_path: *const c_char, path_in_repo: *const c_char, every_ms: i64, options: *const hfhub_commit_options, out_scheduler: *mut *mut hfhub_scheduler, err: *mut *mut hfhub_error) -> hfhub_status;

    /// A commit at once, of what is in the folder now. Result JSON as hfhub_commit_finish, or {"committed": false} when
    /// nothing is new. Errors: E_STATE after stop. Since 0.1.
    pub fn hfhub_scheduler_trigger(scheduler: *mut hfhub_scheduler, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The last commit: when its operation has succeeded nothing of the folder is missing on the Hub. Errors: E_STATE
    /// the second time. Since 0.1.
    pub fn hfhub_scheduler_stop(scheduler: *mut hfhub_scheduler, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Lets go of the scheduler; unless it was stopped, one last commit is made in the background, for which nobody
    /// waits. NULL is fine. Since 0.1.
    pub fn hfhub_scheduler_free(scheduler: *mut hfhub_scheduler);

    /// Options with their defaults: the CAS of option xet.endpoint, no token. Since 0.1.
    pub fn hfhub_xet_options_new(out_options: *mut *mut hfhub_xet_options, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Base URL of the CAS; without it the token route names one. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_xet_options_set_endpoint(options: *mut hfhub_xet_options, endpoint: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// A CAS token and when it expires, in seconds since 1970. Errors: E_ARGUMENT when a header cannot carry it. Since
    /// 0.1.
    pub fn hfhub_xet_options_set_token(options: *mut hfhub_xet_options, token: *const c_char, expires_s: i64, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Where a new token comes from: GET answers {"accessToken", "exp", "casUrl"} or the headers X-Xet-Access-Token,
    /// X-Xet-Token-Expiration and X-Xet-Cas-Url. Asked ahead of the expiry, once for all who wait, and after a 401. The
    /// session's token goes there when it is the Hub's. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_xet_options_set_refresh_url(options: *mut hfhub_xet_options, url: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// A header for the refresh URL, "Authorization" included; sent to its origin and nowhere else. Since 0.1.
    pub fn hfhub_xet_options_add_refresh_header(options: *mut hfhub_xet_options, name: *const c_char, value: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// A header for CAS; never sent to storage hosts. Errors: E_ARGUMENT for "Authorization" and for what a header
    /// cannot carry. Since 0.1.
    pub fn hfhub_xet_options_add_header(options: *mut hfhub_xet_options, name: *const c_char, value: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The rights of a repository: sets the refresh URL from the session's endpoint when the options are used.
    /// `repo_type` is "model", "dataset", "space", "kernel" or "bucket"; `revision` may be NULL ("main"; a bucket has
    /// none). Reading or writing follows from the use. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_xet_options_set_repo(options: *mut hfhub_xet_options, repo_type: *const c_char, repo_id: *const c_char, revision: *const c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Frees the options. NULL is fine. Since 0.1.
    pub fn hfhub_xet_options_free(options: *mut hfhub_xet_options);

    /// The token route of a repository on the session's Hub. `write`: 0 to read, 1 to write, 2 to write into a pull
    /// request that the commit will open. `revision` may be NULL. Owned. Errors: E_ARGUMENT. Since 0.1.
    pub fn hfhub_xet_get_refresh_url(session: *const hfhub_session, repo_type: *const c_char, repo_id: *const c_char, revision: *const c_char, write: i32, out_string: *mut *mut c_char, err: *mut *mut hfhub_error) -> hfhub_status;

    /// A commit: files that become readable together. `options` NULL: defaults. Opens no connection yet. Since 0.1.
    pub fn hfhub_xet_commit_new(session: *mut hfhub_session, options: *const hfhub_xet_options, out_commit: *mut *mut hfhub_xet_commit, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Adds a file, which is read in the background from now on. `name` is for progress and results (NULL: the path).
    /// `sha256`: NULL computes it, "" leaves it out, 64 hex digits are taken as given. `out_index` (may be NULL) gets
    /// the item's number. Errors: E_ARGUMENT, E_IO, E_STATE after finish or cancel. Since 0.1.
    pub fn hfhub_xet_commit_add_path(commit: *mut hfhub_xet_commit, file_path: *const c_char, name: *const c_char, sha256: *const c_char, out_index: *mut usize, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Adds bytes, taken in before it returns; it waits while the stages behind are full. Since 0.1.
    pub fn hfhub_xet_commit_add_bytes(commit: *mut hfhub_xet_commit, name: *const c_char, data: *const c_void, size: usize, sha256: *const c_char, out_index: *mut usize, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Adds a file that is written piece by piece. Since 0.1.
    pub fn hfhub_xet_commit_add_stream(commit: *mut hfhub_xet_commit, name: *const c_char, sha256: *const c_char, out_writer: *mut *mut hfhub_xet_writer, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Starts the end: the operation waits for all items, stores what is left and registers it. Its JSON is the report:
    /// {"items", "total_bytes", "deduped_bytes", "new_bytes", "total_chunks", "deduped_chunks", "new_chunks",
    /// "deduped_bytes_by_global_dedup", "deduped_chunks_by_global_dedup", "defrag_prevented_dedup_bytes",
    /// "defrag_prevented_dedup_chunks", "xorbs", "xorb_bytes_uploaded", "shards", "shard_bytes_uploaded",
    /// "total_bytes_uploaded"}. It fails with the first error of any item or request; then nothing was registered, what
    /// CAS has stored is remembered, and the next commit with the same files sends only the rest. Errors: E_STATE the
    /// second time. Since 0.1.
    pub fn hfhub_xet_commit_finish(commit: *mut hfhub_xet_commit, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// An item: {"name", "hash", "size", "sha256", "total_bytes", "new_bytes", "deduped_bytes", "total_chunks",
    /// "new_chunks", "deduped_chunks", "reused"}. PENDING while it is worked on; its own error when it failed. Readable
    /// by others only after finish. Since 0.1.
    pub fn hfhub_xet_commit_get_item(commit: *const hfhub_xet_commit, index: usize, out_json: *mut *mut hfhub_json, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Items added so far. Since 0.1.
    pub fn hfhub_xet_commit_get_item_count(commit: *const hfhub_xet_commit) -> usize;

    /// The report so far, and of shards {"shard_entries", "shard_entries_validated", "shards_stored",
    /// "shards_completed"}. Never blocks for long. Since 0.1.
    pub fn hfhub_xet_commit_get_report(commit: *const hfhub_xet_commit, out_json: *mut *mut hfhub_json, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Counters of the whole commit, before and after finish. Since 0.1.
    pub fn hfhub_xet_commit_get_progress(commit: *const hfhub_xet_commit, out_progress: *mut hfhub_progress, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Stops everything of this commit; the session stays usable. Any thread, also a signal handler. NULL is fine.
    /// Since 0.1.
    pub fn hfhub_xet_commit_cancel(commit: *mut hfhub_xet_commit);

    /// Lets go of the commit, cancelling it unless finish was called. Never waits. NULL is fine. Since 0.1.
    pub fn hfhub_xet_commit_free(commit: *mut hfhub_xet_commit);

    /// Writes the next bytes; waits while the stages behind are full. One thread at a time. Errors: E_STATE after
    /// finish, the commit's error. Since 0.1.
    pub fn hfhub_xet_writer_write(writer: *mut hfhub_xet_writer, data: *const c_void, size: usize, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Ends the file; `out_json` (may be NULL) gets the item as in hfhub_xet_commit_get_item. Since 0.1.
    pub fn hfhub_xet_writer_finish(writer: *mut hfhub_xet_writer, out_json: *mut *mut hfhub_json, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The item's number in its commit. Since 0.1.
    pub fn hfhub_xet_writer_get_index(writer: *const hfhub_xet_writer) -> usize;

    /// Lets go of the writer; an unfinished file fails, and its commit with it. NULL is fine. Since 0.1.
    pub fn hfhub_xet_writer_free(writer: *mut hfhub_xet_writer);

    /// A group: files that are planned together, so that bytes they share are fetched once. Since 0.1.
    pub fn hfhub_xet_group_new(session: *mut hfhub_session, options: *const hfhub_xet_options, out_group: *mut *mut hfhub_xet_group, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Adds a file by its Xet hash and size. `file_path` is replaced when the content is complete and verified; until
    /// then it is `\<file_path\>.\<hash\>.\<8 hex\>.incomplete`, from which a later group goes on. Errors: E_ARGUMENT,
    /// E_STATE after start. Since 0.1.
    pub fn hfhub_xet_group_add(group: *mut hfhub_xet_group, hash: *const c_char, size_bytes: u64, file_path: *const c_char, out_index: *mut usize, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Content on disk that item `index` may share chunks with, another version of the file for example, by its own
    /// hash and size: chunks found there are not fetched. Since 0.1.
    pub fn hfhub_xet_group_add_seed(group: *mut hfhub_xet_group, index: usize, file_path: *const c_char, hash: *const c_char, size_bytes: u64, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Starts the group, once. The operation's items are the files; it fails with the first file's error after all
    /// others have ended. Its JSON: {"items": \[{"path", "hash", "size"}\]}. Errors: E_STATE. Since 0.1.
    pub fn hfhub_xet_group_start(group: *mut hfhub_xet_group, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;

    /// How item `index` ended: OK, PENDING, or its error. Since 0.1.
    pub fn hfhub_xet_group_get_result(group: *const hfhub_xet_group, index: usize, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Lets go of the group; a started operation goes on. NULL is fine. Since 0.1.
    pub fn hfhub_xet_group_free(group: *mut hfhub_xet_group);

    /// Opens bytes \[range_begin, range_end) of a file for reading. `size_bytes` is that of the whole file, or
    /// HFHUB_XET_UNKNOWN; `range_end` may be HFHUB_XET_UNKNOWN. `ordered` 0: pieces come as they arrive. Nothing is
    /// asked before the first hfhub_xet_stream_next. Errors: E_ARGUMENT when range_begin \> range_end, or range_begin
    /// \> 0 and past the size. Since 0.1.
    pub fn hfhub_xet_stream_open(session: *mut hfhub_session, options: *const hfhub_xet_options, hash: *const c_char, size_bytes: u64, range_begin: u64, range_end: u64, ordered: i32, out_stream: *mut *mut hfhub_xet_stream, err: *mut *mut hfhub_error) -> hfhub_status;

    /// The next bytes, borrowed until the next call: OK; END; PENDING after `timeout_ms` (negative: no limit); or an
    /// error, E_CANCELLED after cancel. `out_offset` (may be NULL) is their place in the file. Whoever reads slowly
    /// slows the network; nothing piles up. A whole file read to its END has been verified. One thread at a time. Since
    /// 0.1.
    pub fn hfhub_xet_stream_next(stream: *mut hfhub_xet_stream, timeout_ms: i64, out_data: *mut *const c_void, out_size: *mut usize, out_offset: *mut u64, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Counters of the stream. Since 0.1.
    pub fn hfhub_xet_stream_get_progress(stream: *const hfhub_xet_stream, out_progress: *mut hfhub_progress, err: *mut *mut hfhub_error) -> hfhub_status;

    /// Ends the stream with E_CANCELLED, never with a silent END. Any thread. NULL is fine. Since 0.1.
    pub fn hfhub_xet_stream_cancel(stream: *mut hfhub_xet_stream);

    /// Lets go of the stream. Never waits. NULL is fine. Since 0.1.
    pub fn hfhub_xet_stream_free(stream: *mut hfhub_xet_stream);

    /// Computes a file's Xet hash and SHA-256 without any network. The operation's JSON: {"hash", "size", "sha256"}.
    /// Since 0.1.
    pub fn hfhub_xet_hash_file(session: *mut hfhub_session, file_path: *const c_char, out_op: *mut *mut hfhub_op, err: *mut *mut hfhub_error) -> hfhub_status;
}
