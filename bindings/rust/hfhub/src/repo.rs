use crate::error::Result;
use crate::ffi::{self, Builder};
use crate::op::OpHandle;
use crate::{Json, Op, RepoUrl, Session};
use hfhub_sys as sys;
use std::fmt;

/// What a repository is to be like. A call ignores those that its comment does not name.
///
/// hfhub_repo_options_free:
pub struct RepoOptions(pub(crate) Builder<sys::hfhub_repo_options>);

impl RepoOptions {
    /// A model; everything else as the Hub has it.
    ///
    /// hfhub_repo_options_new:
    pub fn new() -> RepoOptions {
        RepoOptions(Builder::new(sys::hfhub_repo_options_new))
    }

    /// What kind of repository it is.
    ///
    /// hfhub_repo_options_set_repo_type:
    pub fn repo_type(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_repo_type, value))
    }

    /// Another token.
    ///
    /// hfhub_repo_options_set_token:
    pub fn token(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_token, value))
    }

    /// Who sees it.
    ///
    /// hfhub_repo_options_set_visibility:
    pub fn visibility(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_visibility, value))
    }

    /// Whether it is private.
    ///
    /// hfhub_repo_options_set_private:
    pub fn private(self, enable: bool) -> Self {
        RepoOptions(self.0.number(sys::hfhub_repo_options_set_private, enable.into()))
    }

    /// Who gets at the files.
    ///
    /// hfhub_repo_options_set_gated:
    pub fn gated(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_gated, value))
    }

    /// Whether it may be there already.
    ///
    /// hfhub_repo_options_set_exist_ok:
    pub fn exist_ok(self, enable: bool) -> Self {
        RepoOptions(self.0.number(sys::hfhub_repo_options_set_exist_ok, enable.into()))
    }

    /// Whether it may be gone already.
    ///
    /// hfhub_repo_options_set_missing_ok:
    pub fn missing_ok(self, enable: bool) -> Self {
        RepoOptions(self.0.number(sys::hfhub_repo_options_set_missing_ok, enable.into()))
    }

    /// To which resource group it belongs.
    ///
    /// hfhub_repo_options_set_resource_group:
    pub fn resource_group(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_resource_group, value))
    }

    /// In which part of the world it is kept.
    ///
    /// hfhub_repo_options_set_region:
    pub fn region(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_region, value))
    }

    /// What a Space is made with.
    ///
    /// hfhub_repo_options_set_space_sdk:
    pub fn space_sdk(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_space_sdk, value))
    }

    /// What a Space starts from.
    ///
    /// hfhub_repo_options_set_space_template:
    pub fn space_template(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_space_template, value))
    }

    /// What a Space runs on.
    ///
    /// hfhub_repo_options_set_space_hardware:
    pub fn space_hardware(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_space_hardware, value))
    }

    /// When a Space goes to sleep.
    ///
    /// hfhub_repo_options_set_space_sleep_time:
    pub fn space_sleep_time(self, seconds: i64) -> Self {
        RepoOptions(self.0.number(sys::hfhub_repo_options_set_space_sleep_time, seconds))
    }

    /// A secret of a Space.
    ///
    /// hfhub_repo_options_add_space_secret:
    pub fn space_secret(self, name: &str, value: &str) -> Self {
        RepoOptions(self.0.pair(sys::hfhub_repo_options_add_space_secret, name, value))
    }

    /// A variable of a Space.
    ///
    /// hfhub_repo_options_add_space_variable:
    pub fn space_variable(self, name: &str, value: &str) -> Self {
        RepoOptions(self.0.pair(sys::hfhub_repo_options_add_space_variable, name, value))
    }

    /// A folder of a Space.
    ///
    /// hfhub_repo_options_add_space_volume:
    pub fn space_volume(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_add_space_volume, value))
    }

    /// Where a branch or tag begins.
    ///
    /// hfhub_repo_options_set_revision:
    pub fn revision(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_revision, value))
    }

    /// The message of a tag or of a squash.
    ///
    /// hfhub_repo_options_set_message:
    pub fn message(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_message, value))
    }

    /// What was refused so far.
    pub fn error(&self) -> Option<&crate::Error> {
        self.0.error()
    }
}

impl Default for RepoOptions {
    fn default() -> Self {
        RepoOptions::new()
    }
}

impl fmt::Debug for RepoOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RepoOptions")
    }
}

/// Repositories, branches and tags. Changes are asked for once: they are not repeated after an answer that was lost.
impl Session {
    /// Makes a repository.
    ///
    /// hfhub_repo_create:
    pub fn repo_create<'a>(&self, repo_id: &str, options: impl Into<Option<&'a RepoOptions>>) -> Result<Op<RepoUrl>> {
        let repo_id = ffi::text(repo_id)?;
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(RepoUrl::of, |session, out, err| unsafe {
            sys::hfhub_repo_create(session, repo_id.as_ptr(), options, out, err)
        })
    }

    /// Deletes a repository, for good.
    ///
    /// hfhub_repo_delete:
    pub fn repo_delete<'a>(&self, repo_id: &str, options: impl Into<Option<&'a RepoOptions>>) -> Result<Op<Json>> {
        let repo_id = ffi::text(repo_id)?;
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_repo_delete(session, repo_id.as_ptr(), options, out, err)
        })
    }

    /// Renames a repository, or gives it away.
    ///
    /// hfhub_repo_move:
    pub fn repo_move<'a>(
        &self,
        repo_id: &str,
        to_id: &str,
        options: impl Into<Option<&'a RepoOptions>>,
    ) -> Result<Op<RepoUrl>> {
        let (repo_id, to_id) = (ffi::text(repo_id)?, ffi::text(to_id)?);
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(RepoUrl::of, |session, out, err| unsafe {
            sys::hfhub_repo_move(session, repo_id.as_ptr(), to_id.as_ptr(), options, out, err)
        })
    }

    /// Copies a repository on the Hub; `to_id` `None`: the same name in your namespace.
    ///
    /// hfhub_repo_duplicate:
    pub fn repo_duplicate<'a>(
        &self,
        repo_id: &str,
        to_id: impl Into<Option<&'a str>>,
        options: impl Into<Option<&'a RepoOptions>>,
    ) -> Result<Op<RepoUrl>> {
        let (repo_id, to_id) = (ffi::text(repo_id)?, ffi::optional_text(to_id.into())?);
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(RepoUrl::of, |session, out, err| unsafe {
            sys::hfhub_repo_duplicate(session, repo_id.as_ptr(), ffi::pointer(&to_id), options, out, err)
        })
    }

    /// Changes settings.
    ///
    /// hfhub_repo_update:
    pub fn repo_update<'a>(&self, repo_id: &str, options: impl Into<Option<&'a RepoOptions>>) -> Result<Op<Json>> {
        let repo_id = ffi::text(repo_id)?;
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_repo_update(session, repo_id.as_ptr(), options, out, err)
        })
    }

    /// Succeeds when the token may read, or write.
    ///
    /// hfhub_repo_auth_check:
    pub fn repo_auth_check<'a>(
        &self,
        repo_id: &str,
        write: bool,
        options: impl Into<Option<&'a RepoOptions>>,
    ) -> Result<Op<Json>> {
        let repo_id = ffi::text(repo_id)?;
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_repo_auth_check(session, repo_id.as_ptr(), write.into(), options, out, err)
        })
    }

    /// What somebody keeps on the Hub, `None` for yourself.
    ///
    /// hfhub_repo_list:
    pub fn repo_list<'a>(
        &self,
        owner: impl Into<Option<&'a str>>,
        options: impl Into<Option<&'a RepoOptions>>,
    ) -> Result<Op<Json>> {
        let owner = ffi::optional_text(owner.into())?;
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_repo_list(session, ffi::pointer(&owner), options, out, err)
        })
    }

    /// Branches, tags, and pull requests if wanted.
    ///
    /// hfhub_repo_refs:
    pub fn repo_refs<'a>(
        &self,
        repo_id: &str,
        include_prs: bool,
        options: impl Into<Option<&'a RepoOptions>>,
    ) -> Result<Op<Json>> {
        let repo_id = ffi::text(repo_id)?;
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_repo_refs(session, repo_id.as_ptr(), include_prs.into(), options, out, err)
        })
    }

    /// Makes a branch.
    ///
    /// hfhub_branch_create:
    pub fn branch_create<'a>(
        &self,
        repo_id: &str,
        branch: &str,
        options: impl Into<Option<&'a RepoOptions>>,
    ) -> Result<Op<Json>> {
        let (repo_id, branch) = (ffi::text(repo_id)?, ffi::text(branch)?);
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_branch_create(session, repo_id.as_ptr(), branch.as_ptr(), options, out, err)
        })
    }

    /// Deletes a branch.
    ///
    /// hfhub_branch_delete:
    pub fn branch_delete<'a>(
        &self,
        repo_id: &str,
        branch: &str,
        options: impl Into<Option<&'a RepoOptions>>,
    ) -> Result<Op<Json>> {
        let (repo_id, branch) = (ffi::text(repo_id)?, ffi::text(branch)?);
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_branch_delete(session, repo_id.as_ptr(), branch.as_ptr(), options, out, err)
        })
    }

    /// Makes a tag.
    ///
    /// hfhub_tag_create:
    pub fn tag_create<'a>(
        &self,
        repo_id: &str,
        tag: &str,
        options: impl Into<Option<&'a RepoOptions>>,
    ) -> Result<Op<Json>> {
        let (repo_id, tag) = (ffi::text(repo_id)?, ffi::text(tag)?);
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_tag_create(session, repo_id.as_ptr(), tag.as_ptr(), options, out, err)
        })
    }

    /// Deletes a tag.
    ///
    /// hfhub_tag_delete:
    pub fn tag_delete<'a>(
        &self,
        repo_id: &str,
        tag: &str,
        options: impl Into<Option<&'a RepoOptions>>,
    ) -> Result<Op<Json>> {
        let (repo_id, tag) = (ffi::text(repo_id)?, ffi::text(tag)?);
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_tag_delete(session, repo_id.as_ptr(), tag.as_ptr(), options, out, err)
        })
    }

    /// Makes one commit of a branch; `None` is `main`.
    ///
    /// hfhub_branch_squash:
    pub fn branch_squash<'a>(
        &self,
        repo_id: &str,
        branch: impl Into<Option<&'a str>>,
        options: impl Into<Option<&'a RepoOptions>>,
    ) -> Result<Op<Json>> {
        let (repo_id, branch) = (ffi::text(repo_id)?, ffi::optional_text(branch.into())?);
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_branch_squash(session, repo_id.as_ptr(), ffi::pointer(&branch), options, out, err)
        })
    }
}
