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
    /// hfhub_auth_login: Asks the Hub whose token it is, stores it under the name that the Hub gives it, and makes it
    /// the active one. `git_credential`: 1 also gives it to git's credential helpers, which runs git; 0 runs nothing.
    /// Result JSON: {"name", "user", "role": text or null, "expires_in": seconds or null, "refreshable", "git_helpers":
    /// \[name\] or null when not asked for, "token_path", "stored_tokens_path", "overridden_by": "environment", "oidc"
    /// or null: what goes before the token file}. Errors: E_ARGUMENT for a text that is no token, an organization's
    /// token, or a name that the file cannot hold; E_AUTH when the Hub does not know it; E_IO. Since 0.1.
    pub fn login(&self, token: &str, git_credential: bool) -> Result<Op<Json>> {
        let token = ffi::text(token)?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_auth_login(session, token.as_ptr(), git_credential.into(), out, err)
        })
    }

    /// Forgets a stored token, or with `None` all.
    ///
    /// hfhub_auth_logout: Forgets one stored token (and the active one, when it is the same), or with NULL all of them.
    /// `git_credential`: 1 also makes git's helpers forget theirs. Result JSON: {"was_logged_in", "removed": \[name\],
    /// "active_removed", "overridden_by": as above, what still gives a token}. Errors: E_IO. Since 0.1.
    pub fn logout<'a>(&self, token_name: impl Into<Option<&'a str>>, git_credential: bool) -> Result<Op<Json>> {
        let token_name = ffi::optional_text(token_name.into())?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_auth_logout(session, ffi::pointer(&token_name), git_credential.into(), out, err)
        })
    }

    /// Makes another stored token the active one.
    ///
    /// hfhub_auth_switch: Makes a stored token the active one. Result JSON: {"name", "git_helpers", "token_path",
    /// "stored_tokens_path", "overridden_by"} as above. Errors: E_ARGUMENT when there is none of that name; E_IO. Since
    /// 0.1.
    pub fn switch_token(&self, token_name: &str, git_credential: bool) -> Result<Op<Json>> {
        let token_name = ffi::text(token_name)?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_auth_switch(session, token_name.as_ptr(), git_credential.into(), out, err)
        })
    }

    /// The stored tokens, masked.
    ///
    /// hfhub_auth_list: The stored tokens, masked, in the file's order. Result JSON: {"tokens": \[{"name", "token":
    /// masked or null, "active", "expires_at": seconds since 1970 or null, "has_expiry", "expired"}\], "source": of the
    /// token in force, as of hfhub_auth_get_token or "", "damaged": the file could not be read}. Since 0.1.
    pub fn stored_tokens(&self) -> Result<Op<Json>> {
        self.start(OpHandle::json, |session, out, err| unsafe { sys::hfhub_auth_list(session, out, err) })
    }

    /// The token in force.
    ///
    /// hfhub_auth_get_token: The token in force, also when option token.implicit is off. Result JSON: {"token": text or
    /// null, "source": "option", "oidc", "environment", "file" or ""}. Errors: E_AUTH when an id token was not
    /// accepted; E_IO. Since 0.1.
    pub fn token(&self) -> Result<Op<Json>> {
        self.start(OpHandle::json, |session, out, err| unsafe { sys::hfhub_auth_get_token(session, out, err) })
    }

    /// Whose token it is; `None` is the one in force.
    ///
    /// hfhub_auth_whoami: Whose `token` it is (NULL: the one in force). The Hub allows few of these questions;
    /// `use_cache` 1 gives the answer that the session got before. Result JSON: the Hub's answer, e.g. {"name", "orgs":
    /// \[{"name"}\], "auth": {...}}. Errors: E_AUTH without a token, or for one that the Hub does not know;
    /// E_RATE_LIMITED. Since 0.1.
    pub fn whoami<'a>(&self, token: impl Into<Option<&'a str>>, use_cache: bool) -> Result<Op<Json>> {
        let token = ffi::optional_text(token.into())?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_auth_whoami(session, ffi::pointer(&token), use_cache.into(), out, err)
        })
    }

    /// Begins a login in a browser.
    ///
    /// hfhub_device_login_new: A login by a code that a person enters on the Hub's page: hfhub_device_login_new,
    /// _request (wait for it), show _get_url and _get_user_code, _finish (wait for it), _free. Asks nothing yet. Since
    /// 0.1.
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
/// hfhub_device_login_free: Lets go of the login; its operations go on. NULL is fine. Since 0.1.
pub struct DeviceLogin(Handle<sys::hfhub_device_login>);

impl DeviceLogin {
    /// Gets a code.
    ///
    /// hfhub_device_login_request: Gets a code from the Hub. Result JSON: {"user_code", "verification_uri",
    /// "verification_uri_complete": with the code in it, where the Hub offers that, "interval_ms", "expires_in":
    /// seconds}. Errors: E_STATE when there is a code already; network and Hub errors, after which it may be tried
    /// again. Since 0.1.
    pub fn request(&self) -> Result<Op<Json>> {
        Op::start(OpHandle::json, |out, err| unsafe { sys::hfhub_device_login_request(self.0.get(), out, err) })
    }

    /// The page to open; None before there is a code.
    ///
    /// hfhub_device_login_get_url: The page to open, with the code in it where the Hub offers that; NULL before there
    /// is a code. Borrowed. Since 0.1.
    pub fn url(&self) -> Option<&str> {
        unsafe { ffi::borrowed_str(sys::hfhub_device_login_get_url(self.0.get())) }
    }

    /// What to enter there; None before there is a code.
    ///
    /// hfhub_device_login_get_user_code: What to enter there; NULL before there is a code. Borrowed. Since 0.1.
    pub fn user_code(&self) -> Option<&str> {
        unsafe { ffi::borrowed_str(sys::hfhub_device_login_get_user_code(self.0.get())) }
    }

    /// Waits for the person, and keeps the token.
    ///
    /// hfhub_device_login_finish: Waits until the person has answered, asking the Hub as often as it allows, and keeps
    /// the token as hfhub_auth_login does. While it waits, failures of the network are nothing. Result JSON: as
    /// hfhub_auth_login's. Errors: E_STATE without a code, or when it was finished before; E_AUTH, with "access_denied"
    /// or "expired_token" as hfhub_error_get_hub_code; E_CANCELLED, after which it may be started again. Since 0.1.
    pub fn finish(&self) -> Result<Op<Json>> {
        Op::start(OpHandle::json, |out, err| unsafe { sys::hfhub_device_login_finish(self.0.get(), out, err) })
    }

    /// How often the Hub has said "not yet".
    ///
    /// hfhub_device_login_get_pending_count: How often the Hub has said "not yet". Since 0.1.
    pub fn pending_count(&self) -> u32 {
        unsafe { sys::hfhub_device_login_get_pending_count(self.0.get()) }
    }
}

impl fmt::Debug for DeviceLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceLogin").field("url", &self.url()).finish_non_exhaustive()
    }
}
