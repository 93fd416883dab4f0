//! What every other file needs to speak C: owned handles, calls that may fail, strings both ways.

use crate::error::{Error, Result};
use hfhub_sys as sys;
use std::ffi::{CStr, CString};
use std::os::raw::c_char;
use std::path::{Path, PathBuf};
use std::ptr::{self, NonNull};
use std::time::Duration;

type Status = sys::hfhub_status;
pub(crate) type Err = *mut *mut sys::hfhub_error;

/// Types of C that have a `..._free`.
pub(crate) trait Free {
    /// # Safety
    /// `this` is a live handle that nobody uses any more.
    unsafe fn free(this: *mut Self);
}

macro_rules! free {
    ($($raw:ident => $free:ident,)*) => {$(
        impl Free for sys::$raw {
            unsafe fn free(this: *mut Self) {
                sys::$free(this)
            }
        }
    )*};
}

free! {
    hfhub_session_options => hfhub_session_options_free,
    hfhub_session => hfhub_session_free,
    hfhub_op => hfhub_op_free,
    hfhub_queue => hfhub_queue_free,
    hfhub_json => hfhub_json_free,
    hfhub_download_options => hfhub_download_options_free,
    hfhub_repo_options => hfhub_repo_options_free,
    hfhub_device_login => hfhub_device_login_free,
    hfhub_commit_options => hfhub_commit_options_free,
    hfhub_commit => hfhub_commit_free,
    hfhub_commit_writer => hfhub_commit_writer_free,
    hfhub_scheduler => hfhub_scheduler_free,
    hfhub_xet_options => hfhub_xet_options_free,
    hfhub_xet_commit => hfhub_xet_commit_free,
    hfhub_xet_writer => hfhub_xet_writer_free,
    hfhub_xet_group => hfhub_xet_group_free,
    hfhub_xet_stream => hfhub_xet_stream_free,
}

/// An owned handle, freed when dropped.
pub(crate) struct Handle<T: Free>(NonNull<T>);

// The C API takes every call from any thread. What only one thread may do at a time is behind `&mut self` in this crate.
unsafe impl<T: Free> Send for Handle<T> {}
unsafe impl<T: Free> Sync for Handle<T> {}

impl<T: Free> Handle<T> {
    /// Calls `call(&mut out, &mut err)` and owns what came out.
    pub(crate) fn make(call: impl FnOnce(*mut *mut T, Err) -> Status) -> Result<Self> {
        let mut out = ptr::null_mut();
        check(|err| call(&mut out, err))?;
        Handle::own(out).ok_or_else(|| Error::of_status(sys::HFHUB_E_INTERNAL))
    }

    pub(crate) fn own(raw: *mut T) -> Option<Self> {
        NonNull::new(raw).map(Handle)
    }

    pub(crate) fn get(&self) -> *mut T {
        self.0.as_ptr()
    }
}

impl<T: Free> Drop for Handle<T> {
    fn drop(&mut self) {
        unsafe { T::free(self.get()) }
    }
}

/// Calls `call(&mut err)`; gives OK, END or PENDING, or the error.
pub(crate) fn check(call: impl FnOnce(Err) -> Status) -> Result<Status> {
    let mut error = ptr::null_mut();
    match call(&mut error) {
        status if status < 0 => Err(unsafe { Error::take(error, status) }),
        status => Ok(status),
    }
}

// ---- strings in ----------------------------------------------------------------------------------------------------

/// Text that C can read. A NUL inside is refused here: C would see only what is before it.
pub(crate) fn text(value: &str) -> Result<CString> {
    CString::new(value).map_err(|_| Error::argument(format!("a text with a NUL inside: {:?}", value)))
}

pub(crate) fn optional_text(value: Option<&str>) -> Result<Option<CString>> {
    value.map(text).transpose()
}

pub(crate) fn path(value: &Path) -> Result<CString> {
    #[cfg(unix)]
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(value.as_os_str()).to_vec();
    #[cfg(not(unix))]
    let bytes = value
        .to_str()
        .ok_or_else(|| Error::argument(format!("a path that is no Unicode: {:?}", value)))?
        .as_bytes()
        .to_vec();
    CString::new(bytes).map_err(|_| Error::argument(format!("a path with a NUL inside: {:?}", value)))
}

/// A NULL for None.
pub(crate) fn pointer(value: &Option<CString>) -> *const c_char {
    value.as_ref().map_or(ptr::null(), |text| text.as_ptr())
}

pub(crate) fn milliseconds(value: Duration) -> i64 {
    // a wait of 0.3 ms must not become one of 0 ms, which never waits
    let rounded_up = value.as_millis() + u128::from(value.subsec_nanos() % 1_000_000 != 0);
    i64::try_from(rounded_up).unwrap_or(i64::MAX)
}

// ---- strings out ---------------------------------------------------------------------------------------------------

/// A borrowed string of C; None for NULL.
///
/// # Safety
/// `raw` is NULL or lives for `'a`.
pub(crate) unsafe fn borrowed<'a>(raw: *const c_char) -> Option<&'a CStr> {
    if raw.is_null() {
        None
    } else {
        Some(CStr::from_ptr(raw))
    }
}

/// What C borrows as text. The library promises UTF-8; anything else would be its bug, and becomes "".
///
/// # Safety
/// As [`borrowed`].
pub(crate) unsafe fn borrowed_str<'a>(raw: *const c_char) -> Option<&'a str> {
    borrowed(raw).map(|text| text.to_str().unwrap_or(""))
}

/// # Safety
/// As [`borrowed`].
pub(crate) unsafe fn copied(raw: *const c_char) -> String {
    borrowed(raw).map_or_else(String::new, |text| text.to_string_lossy().into_owned())
}

/// # Safety
/// As [`borrowed`].
pub(crate) unsafe fn borrowed_path<'a>(raw: *const c_char) -> Option<&'a Path> {
    #[cfg(unix)]
    return borrowed(raw)
        .map(|text| Path::new(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(text.to_bytes())));
    #[cfg(not(unix))]
    return borrowed_str(raw).map(Path::new);
}

/// A string that C gave away, freed when dropped.
struct OwnedText(*mut c_char);

impl Drop for OwnedText {
    fn drop(&mut self) {
        unsafe { sys::hfhub_string_free(self.0) }
    }
}

/// Calls `call(&mut out, &mut err)` and copies the text that came out; None for NULL.
pub(crate) fn take_text(call: impl FnOnce(*mut *mut c_char, Err) -> Status) -> Result<Option<String>> {
    let mut out = OwnedText(ptr::null_mut());
    check(|err| call(&mut out.0, err))?;
    Ok(unsafe { borrowed(out.0) }.map(|text| text.to_string_lossy().into_owned()))
}

pub(crate) fn take_path(call: impl FnOnce(*mut *mut c_char, Err) -> Status) -> Result<Option<PathBuf>> {
    let mut out = OwnedText(ptr::null_mut());
    check(|err| call(&mut out.0, err))?;
    Ok(unsafe { borrowed_path(out.0) }.map(Path::to_path_buf))
}

// ---- options -------------------------------------------------------------------------------------------------------

/// Options of C behind a builder: the first refusal is kept, and comes out when the options are used.
pub(crate) struct Builder<T: Free> {
    handle: Result<Handle<T>>,
}

impl<T: Free> Builder<T> {
    pub(crate) fn new(make: unsafe extern "C" fn(*mut *mut T, Err) -> Status) -> Self {
        Builder { handle: Handle::make(|out, err| unsafe { make(out, err) }) }
    }

    pub(crate) fn set(mut self, change: impl FnOnce(*mut T) -> Result<()>) -> Self {
        if let Ok(handle) = &self.handle {
            if let Err(error) = change(handle.get()) {
                self.handle = Err(error);
            }
        }
        self
    }

    pub(crate) fn text(self, setter: unsafe extern "C" fn(*mut T, *const c_char, Err) -> Status, value: &str) -> Self {
        self.set(|options| {
            let value = text(value)?;
            check(|err| unsafe { setter(options, value.as_ptr(), err) }).map(drop)
        })
    }

    pub(crate) fn path(self, setter: unsafe extern "C" fn(*mut T, *const c_char, Err) -> Status, value: &Path) -> Self {
        self.set(|options| {
            let value = path(value)?;
            check(|err| unsafe { setter(options, value.as_ptr(), err) }).map(drop)
        })
    }

    pub(crate) fn pair(
        self,
        setter: unsafe extern "C" fn(*mut T, *const c_char, *const c_char, Err) -> Status,
        name: &str,
        value: &str,
    ) -> Self {
        self.set(|options| {
            let (name, value) = (text(name)?, text(value)?);
            check(|err| unsafe { setter(options, name.as_ptr(), value.as_ptr(), err) }).map(drop)
        })
    }

    /// Flags (`bool.into()`) and numbers.
    pub(crate) fn number<N>(self, setter: unsafe extern "C" fn(*mut T, N, Err) -> Status, value: N) -> Self {
        self.set(|options| check(|err| unsafe { setter(options, value, err) }).map(drop))
    }

    pub(crate) fn error(&self) -> Option<&Error> {
        self.handle.as_ref().err()
    }

    pub(crate) fn get(&self) -> Result<*const T> {
        match &self.handle {
            Ok(handle) => Ok(handle.get()),
            Err(error) => Err(error.clone()),
        }
    }
}

/// The options' handle, or NULL for None: what a call takes.
pub(crate) fn options<T: Free>(builder: Option<&Builder<T>>) -> Result<*const T> {
    builder.map_or(Ok(ptr::null()), Builder::get)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_rounded_up_and_have_a_limit() {
        let cases = [(0, 0), (1, 1), (1_000_000, 1), (1_000_001, 2), (300_000, 1)];
        for (nanoseconds, expected) in cases {
            assert_eq!(milliseconds(Duration::from_nanos(nanoseconds)), expected);
        }
        assert_eq!(milliseconds(Duration::MAX), i64::MAX);
    }

    #[test]
    fn texts_go_through_unchanged() {
        let there = text("é😀").unwrap();
        assert_eq!(unsafe { borrowed_str(there.as_ptr()) }, Some("é😀"));
        assert_eq!(unsafe { borrowed_path(there.as_ptr()) }, Some(Path::new("é😀")));
        assert_eq!(unsafe { copied(there.as_ptr()) }, "é😀");
        assert_eq!(unsafe { (borrowed_str(ptr::null()), copied(ptr::null())) }, (None, String::new()));
        assert!(pointer(&optional_text(None).unwrap()).is_null());
        assert!(!pointer(&optional_text(Some("")).unwrap()).is_null()); // "" is not the same as none
        assert_eq!(path(Path::new("a/b")).unwrap().as_bytes(), b"a/b");
    }

    #[cfg(unix)]
    #[test]
    fn paths_need_not_be_unicode() {
        use std::os::unix::ffi::OsStrExt;
        let odd = Path::new(std::ffi::OsStr::from_bytes(b"a\xff"));
        let there = path(odd).unwrap();
        assert_eq!(unsafe { borrowed_path(there.as_ptr()) }, Some(odd));
    }
}
