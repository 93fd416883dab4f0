use crate::error::Result;
use crate::ffi::{self, Handle};
use crate::Json;
use hfhub_sys as sys;

/// The library's version, e.g. `"0.1.0"`.
///
/// hfhub_version: The library's version, e.g. "0.1.0". Static storage. Since 0.1.
pub fn version() -> &'static str {
    unsafe { ffi::borrowed_str(sys::hfhub_version()) }.unwrap_or("")
}

/// The same as major, minor and patch.
///
/// hfhub_version_number: The version as a number, major * 1000000 + minor * 1000 + patch. Since 0.1.
pub fn version_number() -> (u32, u32, u32) {
    let number = unsafe { sys::hfhub_version_number() };
    (number / 1_000_000, number / 1_000 % 1_000, number % 1_000)
}

/// How many objects of the library this process holds; for tests that look for leaks.
///
/// hfhub_handle_get_count: Objects of this library that were made in this process and not freed: handles, JSON
/// documents and errors of all kinds. For tests that look for leaks. Since 0.1.
pub fn handle_count() -> usize {
    unsafe { sys::hfhub_handle_get_count() }
}

/// Takes an `hf://` URI apart.
///
/// hfhub_uri_parse: Reads hf://\[models/|datasets/|spaces/|kernels/\]ns/name\[@revision\]\[/path\]. Result:
/// {"repo_type", "repo_id", "revision" or null, "path", "folder": whether it ended in "/"}. Errors: E_ARGUMENT. Since
/// 0.1.
pub fn parse_uri(uri: &str) -> Result<Json> {
    let uri = ffi::text(uri)?;
    Handle::make(|out, err| unsafe { sys::hfhub_uri_parse(uri.as_ptr(), out, err) }).map(Json::from_handle)
}

/// An option that [`SessionOptions::set`](crate::SessionOptions::set) takes.
///
/// hfhub_option_get_count: Number of known option keys; docs/CONFIGURATION.md lists them. Since 0.1.
///
/// hfhub_option_get_key: Key of option number `index`, e.g. "net.retries"; NULL past the end. Static storage. Since
/// 0.1.
///
/// hfhub_option_get_default: Its default as text; "" when it is not set or derived from others. Static storage. Since
/// 0.1.
///
/// hfhub_option_get_environment: Its environment variables, by falling priority, separated by spaces; "!NAME" means the
/// opposite. Static storage. Since 0.1.
///
/// hfhub_option_get_help: One or two sentences about it. Static storage. Since 0.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownOption {
    /// Its name.
    pub key: &'static str,
    /// What it is when nobody sets it, or `""`.
    pub default: &'static str,
    /// The environment variables that set it, the strongest first; `!NAME` means the opposite.
    pub environment: &'static str,
    /// What it does.
    pub help: &'static str,
}

/// All options that there are.
pub fn known_options() -> impl Iterator<Item = KnownOption> {
    let text = |raw| unsafe { ffi::borrowed_str(raw) }.unwrap_or("");
    (0..unsafe { sys::hfhub_option_get_count() }).map(move |index| unsafe {
        KnownOption {
            key: text(sys::hfhub_option_get_key(index)),
            default: text(sys::hfhub_option_get_default(index)),
            environment: text(sys::hfhub_option_get_environment(index)),
            help: text(sys::hfhub_option_get_help(index)),
        }
    })
}

/// An operation that [`Session::call`](crate::Session::call) takes.
///
/// hfhub_call_get_count: Number of known operations; docs/OPERATIONS.md lists them. Since 0.1.
///
/// hfhub_call_get_name: Name of operation number `index`, e.g. "models.info"; NULL past the end. Static storage. Since
/// 0.1.
///
/// hfhub_call_get_parameters: Parameters of operation number `index`, separated by spaces; required ones first and
/// marked with "!". Owned. Errors: E_ARGUMENT past the end. Since 0.1.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownCall {
    /// Its name.
    pub name: &'static str,
    /// Its parameters, separated by spaces; those it must have come first and are marked with `!`.
    pub parameters: String,
}

/// All operations that there are.
pub fn known_calls() -> impl Iterator<Item = Result<KnownCall>> {
    (0..unsafe { sys::hfhub_call_get_count() }).map(|index| {
        let parameters = ffi::take_text(|out, err| unsafe { sys::hfhub_call_get_parameters(index, out, err) })?;
        let name = unsafe { ffi::borrowed_str(sys::hfhub_call_get_name(index)) }.unwrap_or("");
        Ok(KnownCall { name, parameters: parameters.unwrap_or_default() })
    })
}
