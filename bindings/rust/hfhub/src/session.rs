use crate::error::Result;
use crate::ffi::{self, check, Builder, Err, Handle};
use crate::op::OpHandle;
use crate::Op;
use hfhub_sys as sys;
use std::fmt;
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::Path;

/// How important a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LogLevel {
    /// For whoever looks for a mistake.
    Debug,
    /// What happens.
    Info,
    /// Something is not as it should be, and went on.
    Warning,
    /// Something failed.
    Error,
}

/// What a session is made with. Whatever is not set here comes from the environment (`HF_TOKEN`, `HF_ENDPOINT`, `HF_HOME`,
/// ...), else it has its default.
///
/// As with all options of this crate, a value that is refused is reported by the call that uses the options, or before that by
/// `error`.
///
/// hfhub_session_options_free: Frees the options. NULL is fine. Since 0.1.
pub struct SessionOptions(Builder<sys::hfhub_session_options>);

impl SessionOptions {
    /// The environment's.
    ///
    /// hfhub_session_options_new: Defaults with the process environment applied. Errors: E_ARGUMENT naming an
    /// environment variable that cannot be read as its type. Since 0.1.
    pub fn new() -> SessionOptions {
        SessionOptions(Builder::new(sys::hfhub_session_options_new))
    }

    /// Any option by its key; [`known_options`](crate::known_options) lists them.
    ///
    /// hfhub_session_options_set: Sets any option by its key. Errors: E_ARGUMENT for an unknown key (with the nearest
    /// known one) or a value that cannot be read. Since 0.1.
    pub fn set(self, key: &str, value: &str) -> Self {
        SessionOptions(self.0.pair(sys::hfhub_session_options_set, key, value))
    }

    /// Who you are for the Hub; `""` is nobody.
    ///
    /// hfhub_session_options_set_token: Sets the access token; "" for none. Errors: E_ARGUMENT when a header cannot
    /// carry it. Since 0.1.
    pub fn token(self, token: &str) -> Self {
        SessionOptions(self.0.text(sys::hfhub_session_options_set_token, token))
    }

    /// Another Hub.
    ///
    /// hfhub_session_options_set_endpoint: Sets the Hub's base URL. Errors: E_ARGUMENT. Since 0.1.
    pub fn endpoint(self, endpoint: &str) -> Self {
        SessionOptions(self.0.text(sys::hfhub_session_options_set_endpoint, endpoint))
    }

    /// Another cache, shared with Python's `huggingface_hub`.
    ///
    /// hfhub_session_options_set_cache_dir: Sets the folder of the shared repository cache. Since 0.1.
    pub fn cache_dir(self, cache_dir: impl AsRef<Path>) -> Self {
        SessionOptions(self.0.path(sys::hfhub_session_options_set_cache_dir, cache_dir.as_ref()))
    }

    /// Whether to do without the network.
    ///
    /// hfhub_session_options_set_offline: 1: never use the network. Since 0.1.
    pub fn offline(self, enable: bool) -> Self {
        SessionOptions(self.0.number(sys::hfhub_session_options_set_offline, enable.into()))
    }

    /// How much memory transfers may take.
    ///
    /// hfhub_session_options_set_memory_budget: Bytes for all buffers of the session, at least 8 MiB. Since 0.1.
    pub fn memory_budget(self, size_bytes: u64) -> Self {
        SessionOptions(self.0.number(sys::hfhub_session_options_set_memory_budget, size_bytes))
    }

    /// Your program's name for the Hub.
    ///
    /// hfhub_session_options_set_user_agent: Sent to the Hub as "name/version". Errors: E_ARGUMENT when a header cannot
    /// carry it. Since 0.1.
    pub fn user_agent(self, user_agent: &str) -> Self {
        SessionOptions(self.0.text(sys::hfhub_session_options_set_user_agent, user_agent))
    }

    /// Where log lines go. The option `log.level` says which there are.
    ///
    /// The hook runs on any thread, must be quick, and must not use this crate; a panic in it is dropped. It is dropped, on any
    /// thread, with the last that may log: an operation that was cancelled by being dropped may still say its last word after
    /// all that Rust holds of its session is gone.
    ///
    /// hfhub_session_options_set_log_hook: Where log lines of option log.level and above go; NULL for nowhere (the
    /// default). `user_data_free` (may be NULL) is called once with `user_data`, on any thread, when no line can come
    /// any more: another hook was set or the options freed, and the sessions made from them and all that those did are
    /// gone. It must not call this library. After an error nothing is called: `user_data` stays the caller's. Errors:
    /// E_NO_MEMORY. Since 0.1.
    pub fn log_hook(self, hook: impl Fn(LogLevel, &str) + Send + Sync + 'static) -> Self {
        let user_data = keep_hook(Box::new(hook));
        let mut taken = false;
        let options = self.0.set(|options| {
            check(|err| unsafe {
                sys::hfhub_session_options_set_log_hook(options, Some(log_line), user_data, Some(release_hook), err)
            })
            .map(|_| taken = true)
        });
        if !taken {
            unsafe { release_hook(user_data) };
        }
        SessionOptions(options)
    }

    /// What was refused so far.
    pub fn error(&self) -> Option<&crate::Error> {
        self.0.error()
    }
}

impl Default for SessionOptions {
    fn default() -> Self {
        SessionOptions::new()
    }
}

impl fmt::Debug for SessionOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionOptions")
    }
}

// ---- the log hook ----------------------------------------------------------------------------------------------------

type Hook = Box<dyn Fn(LogLevel, &str) + Send + Sync>;

/// What C holds of a hook, until it calls [`release_hook`].
fn keep_hook(hook: Hook) -> *mut c_void {
    Box::into_raw(Box::new(hook)) as *mut c_void
}

unsafe extern "C" fn release_hook(user_data: *mut c_void) {
    let hook = Box::from_raw(user_data as *mut Hook);
    // nothing may unwind through C
    let _ = catch_unwind(AssertUnwindSafe(|| drop(hook)));
}

unsafe extern "C" fn log_line(level: i32, message: *const c_char, user_data: *mut c_void) {
    let hook = &*(user_data as *const Hook);
    let level = match level {
        sys::HFHUB_LOG_DEBUG => LogLevel::Debug,
        sys::HFHUB_LOG_INFO => LogLevel::Info,
        sys::HFHUB_LOG_WARNING => LogLevel::Warning,
        _ => LogLevel::Error,
    };
    // nothing may unwind through C
    let _ = catch_unwind(AssertUnwindSafe(|| hook(level, ffi::borrowed_str(message).unwrap_or(""))));
}

// ---- the session -----------------------------------------------------------------------------------------------------

/// Everything begins here: one pool of connections, one memory budget, one cache, one token. Any thread may use it; make one
/// and share it (by reference, or in an [`Arc`](std::sync::Arc)).
///
/// Dropping it does not disturb operations that run.
///
/// hfhub_session_free: Lets go of the session. Running operations are not cancelled: they keep what they need. NULL is
/// fine. Since 0.1.
pub struct Session(Handle<sys::hfhub_session>);

impl Session {
    /// A new session, `None` for the environment's options.
    ///
    /// hfhub_session_new: A new session. `options` is copied; NULL means the environment. Opens no connection and
    /// starts no thread yet. Errors: E_ARGUMENT. Since 0.1.
    pub fn new<'a>(options: impl Into<Option<&'a SessionOptions>>) -> Result<Session> {
        let options = ffi::options(options.into().map(|options| &options.0))?;
        Handle::make(|out, err| unsafe { sys::hfhub_session_new(options, out, err) }).map(Session)
    }

    /// The value of an option that is in force; secrets are masked.
    ///
    /// hfhub_session_get_option: The value in force of an option, with derived defaults filled in and a secret masked.
    /// Owned. Errors: E_ARGUMENT for an unknown key. Since 0.1.
    pub fn option(&self, key: &str) -> Result<String> {
        let key = ffi::text(key)?;
        ffi::take_text(|out, err| unsafe { sys::hfhub_session_get_option(self.raw(), key.as_ptr(), out, err) })
            .map(Option::unwrap_or_default)
    }

    /// Whether there is a token.
    ///
    /// hfhub_session_has_token: 1 when a token is at hand (option, environment or token file), else 0. Since 0.1.
    pub fn has_token(&self) -> bool {
        unsafe { sys::hfhub_session_has_token(self.raw()) != 0 }
    }

    /// Cancels all that runs; the session stays usable.
    ///
    /// hfhub_session_cancel: Cancels every running operation of the session; it stays usable. Since 0.1.
    pub fn cancel(&self) {
        unsafe { sys::hfhub_session_cancel(self.raw()) }
    }

    /// Any operation of the Hub's REST API by its name, with its parameters as a JSON object;
    /// [`known_calls`](crate::known_calls) lists them.
    ///
    /// ```no_run
    /// # fn main() -> hfhub::Result<()> {
    /// # let session = hfhub::Session::new(None)?;
    /// let found = session.call("models.list", r#"{"search": "bert", "limit": 5}"#)?.wait()?;
    /// for model in found.iter() {
    ///     println!("{}", model.get("id").as_str().unwrap_or(""));
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// hfhub_call: Runs an operation with the session's token, retries and errors. `params_json` is a JSON object
    /// (NULL: none), e.g. {"repo_id": "gpt2", "revision": "main"}. Paged answers come as one array; the parameter
    /// "limit" bounds it. Result JSON: the Hub's answer. Errors: E_ARGUMENT for an unknown operation (with the nearest
    /// known one), an unknown or missing parameter; network and Hub errors. Since 0.1.
    pub fn call<'a>(&self, operation: &str, params_json: impl Into<Option<&'a str>>) -> Result<Op<crate::Json>> {
        let (operation, params) = (ffi::text(operation)?, ffi::optional_text(params_json.into())?);
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_call(session, operation.as_ptr(), ffi::pointer(&params), out, err)
        })
    }

    /// Sends a file to Git LFS as an agent of git-lfs does.
    ///
    /// hfhub_lfs_upload: Uploads a local file as `action_json` says: the value of "actions": {"upload": ...} of an LFS
    /// batch answer, which git-lfs hands to its agent as "action". It has "href" and, for a file in parts, a "header"
    /// with "chunk_size" and the URLs of the parts by number; the parts are then sent side by side, each again after a
    /// failure, and "href" is told that they are there. `sha256` is the object's name. The session's token is not sent.
    /// Result JSON: {"oid", "size", "parts": number, 0 when it was sent whole}. Errors: E_ARGUMENT, E_IO, E_PROTOCOL
    /// for an action that does not fit the file, E_FORBIDDEN when its URLs have expired, network and Hub errors. Since
    /// 0.1.
    pub fn lfs_upload(&self, file: impl AsRef<Path>, sha256: &str, action_json: &str) -> Result<Op<crate::Json>> {
        let (file, sha256, action) = (ffi::path(file.as_ref())?, ffi::text(sha256)?, ffi::text(action_json)?);
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_lfs_upload(session, file.as_ptr(), sha256.as_ptr(), action.as_ptr(), out, err)
        })
    }

    pub(crate) fn raw(&self) -> *mut sys::hfhub_session {
        self.0.get()
    }

    pub(crate) fn start<T>(
        &self,
        outcome: fn(&OpHandle) -> Result<T>,
        call: impl FnOnce(*mut sys::hfhub_session, *mut *mut sys::hfhub_op, Err) -> sys::hfhub_status,
    ) -> Result<Op<T>> {
        Op::start(outcome, |out, err| call(self.raw(), out, err))
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[test]
    fn a_hook_hears_all_and_its_panics_go_nowhere() {
        let heard: Arc<Mutex<Vec<(LogLevel, String)>>> = Arc::default();
        let theirs = heard.clone();
        let user_data = keep_hook(Box::new(move |level, message| {
            theirs.lock().unwrap().push((level, message.to_owned()));
            assert_ne!(level, LogLevel::Error, "as it should be");
        }));
        for (level, message) in
            [(sys::HFHUB_LOG_DEBUG, "é😀"), (sys::HFHUB_LOG_ERROR, "two"), (sys::HFHUB_LOG_INFO, "")]
        {
            let message = ffi::text(message).unwrap();
            unsafe { log_line(level, message.as_ptr(), user_data) };
        }
        let expected = [(LogLevel::Debug, "é😀"), (LogLevel::Error, "two"), (LogLevel::Info, "")];
        let expected: Vec<_> = expected.iter().map(|(level, text)| (*level, text.to_string())).collect();
        assert_eq!(*heard.lock().unwrap(), expected);
        unsafe { release_hook(user_data) };
        assert_eq!(Arc::strong_count(&heard), 1);
    }
}
