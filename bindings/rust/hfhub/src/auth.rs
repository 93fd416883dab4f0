use crate::error::Result;
use crate::ffi::{self, Handle};
use crate::op::OpHandle;
use crate::{Json, Op, Session};
use hfhub_sys as sys;
use std::fmt;

/// Tokens, kept where and as Python's `huggingface_hub` keeps them.
impl Session {
    /// Keeps a token, as `hf auth login` does.
    ///
    /// hfhub_auth_login:
    pub fn login(&self, token: &str, git_credential: bool) -> Result<Op<Json>> {
        let token = ffi::text(token)?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_auth_login(session, token.as_ptr(), git_credential.into(), out, err)
        })
    }

    /// Forgets a stored token, or with `None` all.
    ///
    /// hfhub_auth_logout:
    pub fn logout<'a>(&self, token_name: impl Into<Option<&'a str>>, git_credential: bool) -> Result<Op<Json>> {
        let token_name = ffi::optional_text(token_name.into())?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_auth_logout(session, ffi::pointer(&token_name), git_credential.into(), out, err)
        })
    }

    /// Makes another stored token the active one.
    ///
    /// hfhub_auth_switch:
    pub fn switch_token(&self, token_name: &str, git_credential: bool) -> Result<Op<Json>> {
        let token_name = ffi::text(token_name)?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_auth_switch(session, token_name.as_ptr(), git_credential.into(), out, err)
        })
    }

    /// The stored tokens, masked.
    ///
    /// hfhub_auth_list:
    pub fn stored_tokens(&self) -> Result<Op<Json>> {
        self.start(OpHandle::json, |session, out, err| unsafe { sys::hfhub_auth_list(session, out, err) })
    }

    /// The token in force.
    ///
    /// hfhub_auth_get_token:
    pub fn token(&self) -> Result<Op<Json>> {
        self.start(OpHandle::json, |session, out, err| unsafe { sys::hfhub_auth_get_token(session, out, err) })
    }

    /// Whose token it is; `None` is the one in force.
    ///
    /// hfhub_auth_whoami:
    pub fn whoami<'a>(&self, token: impl Into<Option<&'a str>>, use_cache: bool) -> Result<Op<Json>> {
        let token = ffi::optional_text(token.into())?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_auth_whoami(session, ffi::pointer(&token), use_cache.into(), out, err)
        })
    }

    /// Begins a login in a browser.
    ///
    /// hfhub_device_login_new:
    pub fn device_login(&self) -> Result<DeviceLogin> {
        Handle::make(|out, err| unsafe { sys::hfhub_device_login_new(self.raw(), out, err) }).map(DeviceLogin)
    }
}

/// A login by a code that a person enters on the Hub's page.
///
/// ```no_run
/// # fn main() -> hfhub::Result<()> {
/// # let session = hfhub::Session::new(None)?;
/// let login = session.device_login()?;
/// login.request()?.wait()?;
/// println!("Open {} and enter {}", login.url().unwrap_or_default(), login.user_code().unwrap_or_default());
/// login.finish()?.wait()?;
/// # Ok(()) }
/// ```
///
/// hfhub_device_login_free:
pub struct DeviceLogin(Handle<sys::hfhub_device_login>);

impl DeviceLogin {
    /// Gets a code.
    ///
    /// hfhub_device_login_request:
    pub fn request(&self) -> Result<Op<Json>> {
        Op::start(OpHandle::json, |out, err| unsafe { sys::hfhub_device_login_request(self.0.get(), out, err) })
    }

    /// The page to open; None before there is a code.
    ///
    /// hfhub_device_login_get_url:
    pub fn url(&self) -> Option<&str> {
        unsafe { ffi::borrowed_str(sys::hfhub_device_login_get_url(self.0.get())) }
    }

    /// What to enter there; None before there is a code.
    ///
    /// hfhub_device_login_get_user_code:
    pub fn user_code(&self) -> Option<&str> {
        unsafe { ffi::borrowed_str(sys::hfhub_device_login_get_user_code(self.0.get())) }
    }

    /// Waits for the person, and keeps the token.
    ///
    /// hfhub_device_login_finish:
    pub fn finish(&self) -> Result<Op<Json>> {
        Op::start(OpHandle::json, |out, err| unsafe { sys::hfhub_device_login_finish(self.0.get(), out, err) })
    }

    /// How often the Hub has said "not yet".
    ///
    /// hfhub_device_login_get_pending_count:
    pub fn pending_count(&self) -> u32 {
        unsafe { sys::hfhub_device_login_get_pending_count(self.0.get()) }
    }
}

impl fmt::Debug for DeviceLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceLogin").field("url", &self.url()).finish_non_exhaustive()
    }
}
