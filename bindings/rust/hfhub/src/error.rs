use crate::ffi;
use hfhub_sys as sys;
use std::fmt;
use std::io;
use std::time::Duration;

/// What this crate's functions return.
pub type Result<T> = std::result::Result<T, Error>;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $status:ident,)*) => {
        /// What went wrong, coarsely. More kinds may come.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[$doc])* $kind,)*
            /// A status that this version of the crate does not know: see [`Error::status`].
            Other,
        }

        impl ErrorKind {
            fn of(status: sys::hfhub_status) -> ErrorKind {
                match status {
                    $(sys::$status => ErrorKind::$kind,)*
                    _ => ErrorKind::Other,
                }
            }
        }
    };
}

kinds! {
    /// A value was refused before anything happened; the message names it.
    Argument = HFHUB_E_ARGUMENT,
    /// Memory, threads or descriptors ran out.
    NoMemory = HFHUB_E_NO_MEMORY,
    /// Cancelled by the caller.
    Cancelled = HFHUB_E_CANCELLED,
    /// The object is not in a state that allows this call.
    State = HFHUB_E_STATE,
    /// An operation of the parent process, asked in the child.
    Forked = HFHUB_E_FORKED,
    /// Not available here.
    Unsupported = HFHUB_E_UNSUPPORTED,
    /// The disk or the operating system refused.
    Io = HFHUB_E_IO,
    /// Not enough space; what was fetched stays for a later call.
    DiskFull = HFHUB_E_DISK_FULL,
    /// The cache folder is missing or not usable.
    Cache = HFHUB_E_CACHE,
    /// Not on disk, and the Hub could not be asked.
    NotCached = HFHUB_E_NOT_CACHED,
    /// A cached snapshot lacks files, and the Hub could not be asked; [`Error::path`] is what there is.
    Incomplete = HFHUB_E_INCOMPLETE,
    /// No connection, or it broke.
    Network = HFHUB_E_NETWORK,
    /// A deadline passed or a transfer stalled.
    Timeout = HFHUB_E_TIMEOUT,
    /// Offline mode is on.
    Offline = HFHUB_E_OFFLINE,
    /// The server's certificate was not accepted.
    Tls = HFHUB_E_TLS,
    /// Any other refusal by the server; see [`Error::http_status`].
    Http = HFHUB_E_HTTP,
    /// No valid token.
    Auth = HFHUB_E_AUTH,
    /// No such repository, or it is private and not yours.
    RepoNotFound = HFHUB_E_REPO_NOT_FOUND,
    /// No such branch, tag or commit.
    RevisionNotFound = HFHUB_E_REVISION_NOT_FOUND,
    /// No such file.
    EntryNotFound = HFHUB_E_ENTRY_NOT_FOUND,
    /// Access must be requested on the repository's page.
    Gated = HFHUB_E_GATED,
    /// The token does not allow this.
    Forbidden = HFHUB_E_FORBIDDEN,
    /// Too many requests; see [`Error::retry_after`].
    RateLimited = HFHUB_E_RATE_LIMITED,
    /// The Hub has disabled the repository.
    Disabled = HFHUB_E_DISABLED,
    /// Somebody else changed it meanwhile.
    Conflict = HFHUB_E_CONFLICT,
    /// Bytes differ from what the Hub promised; they were not made visible.
    Integrity = HFHUB_E_INTEGRITY,
    /// A file name from the server would be dangerous on this disk.
    UnsafeName = HFHUB_E_UNSAFE_NAME,
    /// The server's answer makes no sense.
    Protocol = HFHUB_E_PROTOCOL,
    /// A bug in the library.
    Internal = HFHUB_E_INTERNAL,
}

/// Why something failed: a copy of all that C's error object holds.
///
/// `?` makes an [`io::Error`] of it where one is wanted. What is not found is [`io::ErrorKind::NotFound`] then; what was
/// cancelled is not [`io::ErrorKind::Interrupted`], since that asks for another try.
///
/// hfhub_error_free: Frees the error. NULL is fine. Since 0.1.
#[derive(Clone)]
#[non_exhaustive]
pub struct Error(Box<Fields>);

#[derive(Clone)]
struct Fields {
    status: sys::hfhub_status,
    message: String,
    http_status: i32,
    hub_code: String,
    request_id: String,
    server_message: String,
    url: String,
    repo_type: String,
    repo_id: String,
    path: String,
    retry_after_ms: i64,
    retriable: bool,
}

impl Error {
    /// Copies what C's error object holds, and frees it. `fallback` is the status when there is none.
    ///
    /// # Safety
    /// `error` is NULL or an error object that nobody else owns.
    pub(crate) unsafe fn take(error: *mut sys::hfhub_error, fallback: sys::hfhub_status) -> Error {
        if error.is_null() {
            return Error::of_status(fallback);
        }
        let fields = Fields {
            status: sys::hfhub_error_get_status(error),
            message: ffi::copied(sys::hfhub_error_get_message(error)),
            http_status: sys::hfhub_error_get_http_status(error),
            hub_code: ffi::copied(sys::hfhub_error_get_hub_code(error)),
            request_id: ffi::copied(sys::hfhub_error_get_request_id(error)),
            server_message: ffi::copied(sys::hfhub_error_get_server_message(error)),
            url: ffi::copied(sys::hfhub_error_get_url(error)),
            repo_type: ffi::copied(sys::hfhub_error_get_repo_type(error)),
            repo_id: ffi::copied(sys::hfhub_error_get_repo_id(error)),
            path: ffi::copied(sys::hfhub_error_get_path(error)),
            retry_after_ms: sys::hfhub_error_get_retry_after_ms(error),
            retriable: sys::hfhub_error_is_retriable(error) != 0,
        };
        sys::hfhub_error_free(error);
        Error(Box::new(fields))
    }

    pub(crate) fn of_status(status: sys::hfhub_status) -> Error {
        let message = unsafe { ffi::copied(sys::hfhub_status_name(status)) };
        Error::made_here(status, message)
    }

    /// A refusal by this crate, before C was asked.
    pub(crate) fn argument(message: String) -> Error {
        Error::made_here(sys::HFHUB_E_ARGUMENT, message)
    }

    fn made_here(status: sys::hfhub_status, message: String) -> Error {
        Error(Box::new(Fields {
            status,
            message,
            http_status: 0,
            hub_code: String::new(),
            request_id: String::new(),
            server_message: String::new(),
            url: String::new(),
            repo_type: String::new(),
            repo_id: String::new(),
            path: String::new(),
            retry_after_ms: -1,
            retriable: false,
        }))
    }

    /// What went wrong, for a `match`.
    pub fn kind(&self) -> ErrorKind {
        ErrorKind::of(self.0.status)
    }

    /// The same as the number that C has for it.
    ///
    /// hfhub_error_get_status: The status that came with the error. HFHUB_OK for NULL. Since 0.1.
    pub fn status(&self) -> i32 {
        self.0.status
    }

    /// The name of that number, e.g. `"HFHUB_E_NOT_CACHED"`.
    ///
    /// hfhub_status_name: The constant's name, e.g. "HFHUB_E_NOT_CACHED"; "HFHUB_E_UNKNOWN" for a number this version
    /// does not know. Static storage. Since 0.1.
    pub fn name(&self) -> &'static str {
        unsafe { ffi::borrowed_str(sys::hfhub_status_name(self.0.status)) }.unwrap_or("")
    }

    /// One line for people.
    ///
    /// hfhub_error_get_message: One line that names what was wrong and with which value; never a secret. "" for NULL.
    /// Since 0.1.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The answer's HTTP status, when there was an answer.
    ///
    /// hfhub_error_get_http_status: The HTTP status code of the answer, 0 when there was none. Since 0.1.
    pub fn http_status(&self) -> Option<u16> {
        u16::try_from(self.0.http_status).ok().filter(|status| *status != 0)
    }

    /// The Hub's own code for the error, or `""`.
    ///
    /// hfhub_error_get_hub_code: The Hub's X-Error-Code, e.g. "GatedRepo"; "" when there was none. Since 0.1.
    pub fn hub_code(&self) -> &str {
        &self.0.hub_code
    }

    /// What to quote to whoever runs the server, or `""`.
    ///
    /// hfhub_error_get_request_id: The id under which the server logged the request; "" when there was none. Since 0.1.
    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// The server's words, or `""`.
    ///
    /// hfhub_error_get_server_message: What the server said, one message a line; "" when it said nothing. Since 0.1.
    pub fn server_message(&self) -> &str {
        &self.0.server_message
    }

    /// What was asked for, or `""`.
    ///
    /// hfhub_error_get_url: The URL without its query; "" when no request was involved. Since 0.1.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// The type of the repository concerned, or `""`.
    ///
    /// hfhub_error_get_repo_type: The repository's type ("model", "dataset", "space", "kernel") when the error is about
    /// one; else "". Since 0.1.
    pub fn repo_type(&self) -> &str {
        &self.0.repo_type
    }

    /// The repository concerned, or `""`.
    ///
    /// hfhub_error_get_repo_id: The repository's id when the error is about one; else "". Since 0.1.
    pub fn repo_id(&self) -> &str {
        &self.0.repo_id
    }

    /// The file or folder concerned, or `""`.
    ///
    /// hfhub_error_get_path: The local file or folder concerned, e.g. the incomplete snapshot of HFHUB_E_INCOMPLETE;
    /// else "". Since 0.1.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// How long the server asked to wait.
    ///
    /// hfhub_error_get_retry_after_ms: Milliseconds the server asked to wait, -1 when it did not say. Since 0.1.
    pub fn retry_after(&self) -> Option<Duration> {
        u64::try_from(self.0.retry_after_ms).ok().map(Duration::from_millis)
    }

    /// Whether trying the same again makes sense.
    ///
    /// hfhub_error_is_retriable: 1 when the same call may well succeed later without a change, else 0. Since 0.1.
    pub fn is_retriable(&self) -> bool {
        self.0.retriable
    }

    /// Whether it only says that somebody cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.kind() == ErrorKind::Cancelled
    }

    /// Whether a repository, revision or file is missing on the Hub.
    pub fn is_not_found(&self) -> bool {
        use ErrorKind::*;
        matches!(self.kind(), RepoNotFound | RevisionNotFound | EntryNotFound)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.kind()).field("message", &self.message());
        if let Some(status) = self.http_status() {
            out.field("http_status", &status);
        }
        for (name, value) in [
            ("hub_code", self.hub_code()),
            ("request_id", self.request_id()),
            ("server_message", self.server_message()),
            ("url", self.url()),
            ("repo_type", self.repo_type()),
            ("repo_id", self.repo_id()),
            ("path", self.path()),
        ] {
            if !value.is_empty() {
                out.field(name, &value);
            }
        }
        if let Some(wait) = self.retry_after() {
            out.field("retry_after", &wait);
        }
        out.field("retriable", &self.is_retriable()).finish()
    }
}

impl std::error::Error for Error {}

impl From<Error> for io::Error {
    fn from(error: Error) -> io::Error {
        let kind = match error.kind() {
            ErrorKind::Argument => io::ErrorKind::InvalidInput,
            ErrorKind::NoMemory => io::ErrorKind::OutOfMemory,
            ErrorKind::Unsupported => io::ErrorKind::Unsupported,
            ErrorKind::Timeout => io::ErrorKind::TimedOut,
            ErrorKind::Auth | ErrorKind::Forbidden | ErrorKind::Gated => io::ErrorKind::PermissionDenied,
            ErrorKind::RepoNotFound | ErrorKind::RevisionNotFound | ErrorKind::EntryNotFound | ErrorKind::NotCached => {
                io::ErrorKind::NotFound
            }
            ErrorKind::Integrity | ErrorKind::Protocol => io::ErrorKind::InvalidData,
            ErrorKind::Conflict => io::ErrorKind::AlreadyExists,
            _ => io::ErrorKind::Other,
        };
        io::Error::new(kind, error)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Error {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut out = serializer.serialize_struct("Error", 12)?;
        out.serialize_field("status", self.name())?;
        out.serialize_field("message", self.message())?;
        out.serialize_field("http_status", &self.http_status())?;
        out.serialize_field("hub_code", self.hub_code())?;
        out.serialize_field("request_id", self.request_id())?;
        out.serialize_field("server_message", self.server_message())?;
        out.serialize_field("url", self.url())?;
        out.serialize_field("repo_type", self.repo_type())?;
        out.serialize_field("repo_id", self.repo_id())?;
        out.serialize_field("path", self.path())?;
        out.serialize_field("retry_after_ms", &self.retry_after().map(|wait| wait.as_millis() as u64))?;
        out.serialize_field("retriable", &self.is_retriable())?;
        out.end()
    }
}
