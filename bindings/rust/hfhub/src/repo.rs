use crate::error::Result;
use crate::ffi::{self, Builder};
use crate::op::OpHandle;
use crate::{Json, Op, RepoUrl, Session};
use hfhub_sys as sys;
use std::fmt;

/// What a repository is to be like. A call ignores those that its comment does not name.
///
/// hfhub_repo_options_free: Frees the options. NULL is fine. Since 0.1.
pub struct RepoOptions(pub(crate) Builder<sys::hfhub_repo_options>);

impl RepoOptions {
    /// A model; everything else as the Hub has it.
    ///
    /// hfhub_repo_options_new: Options with their defaults: a model, the session's token, nothing else said. Since 0.1.
    pub fn new() -> RepoOptions {
        RepoOptions(Builder::new(sys::hfhub_repo_options_new))
    }

    /// What kind of repository it is.
    ///
    /// hfhub_repo_options_set_repo_type: "model" (default), "dataset", "space" or "kernel". Every call takes it.
    /// Errors: E_ARGUMENT. Since 0.1.
    pub fn repo_type(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_repo_type, value))
    }

    /// Another token.
    ///
    /// hfhub_repo_options_set_token: Another token than the session's; "" for none. Every call takes it. Errors:
    /// E_ARGUMENT. Since 0.1.
    pub fn token(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_token, value))
    }

    /// Who sees it.
    ///
    /// hfhub_repo_options_set_visibility: "public", "private" or, for Spaces, "protected" (everybody may use it, nobody
    /// else sees its files). Default: what the Hub chooses. Errors: E_ARGUMENT. Since 0.1.
    pub fn visibility(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_visibility, value))
    }

    /// Whether it is private.
    ///
    /// hfhub_repo_options_set_private: 1: the same as "private", 0: the same as "public". Since 0.1.
    pub fn private(self, enable: bool) -> Self {
        RepoOptions(self.0.number(sys::hfhub_repo_options_set_private, enable.into()))
    }

    /// Who gets at the files.
    ///
    /// hfhub_repo_options_set_gated: Who gets at the files: "auto" (whoever asks), "manual" (whom you approve) or
    /// "false" (everybody). Errors: E_ARGUMENT. Since 0.1.
    pub fn gated(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_gated, value))
    }

    /// Whether it may be there already.
    ///
    /// hfhub_repo_options_set_exist_ok: 1: what is there already is a success. Since 0.1.
    pub fn exist_ok(self, enable: bool) -> Self {
        RepoOptions(self.0.number(sys::hfhub_repo_options_set_exist_ok, enable.into()))
    }

    /// Whether it may be gone already.
    ///
    /// hfhub_repo_options_set_missing_ok: 1: what is not there is a success. Since 0.1.
    pub fn missing_ok(self, enable: bool) -> Self {
        RepoOptions(self.0.number(sys::hfhub_repo_options_set_missing_ok, enable.into()))
    }

    /// To which resource group it belongs.
    ///
    /// hfhub_repo_options_set_resource_group: The resource group of an Enterprise organisation. Errors: E_ARGUMENT.
    /// Since 0.1.
    pub fn resource_group(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_resource_group, value))
    }

    /// In which part of the world it is kept.
    ///
    /// hfhub_repo_options_set_region: Where it is stored: "us" or "eu" (paying accounts). Errors: E_ARGUMENT. Since
    /// 0.1.
    pub fn region(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_region, value))
    }

    /// What a Space is made with.
    ///
    /// hfhub_repo_options_set_space_sdk: What a Space is made with: "gradio", "streamlit", "docker" or "static".
    /// Errors: E_ARGUMENT. Since 0.1.
    pub fn space_sdk(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_space_sdk, value))
    }

    /// What a Space starts from.
    ///
    /// hfhub_repo_options_set_space_template: A template to start a Space from, by its name or repository; it brings
    /// its SDK. Errors: E_ARGUMENT. Since 0.1.
    pub fn space_template(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_space_template, value))
    }

    /// What a Space runs on.
    ///
    /// hfhub_repo_options_set_space_hardware: What a Space runs on, e.g. "cpu-basic". Errors: E_ARGUMENT. Since 0.1.
    pub fn space_hardware(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_space_hardware, value))
    }

    /// When a Space goes to sleep.
    ///
    /// hfhub_repo_options_set_space_sleep_time: Seconds without use after which a Space is put to sleep; -1 for never.
    /// Errors: E_ARGUMENT. Since 0.1.
    pub fn space_sleep_time(self, seconds: i64) -> Self {
        RepoOptions(self.0.number(sys::hfhub_repo_options_set_space_sleep_time, seconds))
    }

    /// A secret of a Space.
    ///
    /// hfhub_repo_options_add_space_secret: A secret of a Space. Errors: E_ARGUMENT. Since 0.1.
    pub fn space_secret(self, name: &str, value: &str) -> Self {
        RepoOptions(self.0.pair(sys::hfhub_repo_options_add_space_secret, name, value))
    }

    /// A variable of a Space.
    ///
    /// hfhub_repo_options_add_space_variable: An environment variable of a Space. Errors: E_ARGUMENT. Since 0.1.
    pub fn space_variable(self, name: &str, value: &str) -> Self {
        RepoOptions(self.0.pair(sys::hfhub_repo_options_add_space_variable, name, value))
    }

    /// A folder of a Space.
    ///
    /// hfhub_repo_options_add_space_volume: A repository or bucket that a Space sees as a folder:
    /// hf://\[models/|datasets/|spaces/|buckets/\]ns/name\[@revision\]\[/path\]:/folder\[:ro|:rw\]. Errors: E_ARGUMENT.
    /// Since 0.1.
    pub fn space_volume(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_add_space_volume, value))
    }

    /// Where a branch or tag begins.
    ///
    /// hfhub_repo_options_set_revision: Where a branch or tag begins: a branch, tag or commit hash. Default: main.
    /// Errors: E_ARGUMENT. Since 0.1.
    pub fn revision(self, value: &str) -> Self {
        RepoOptions(self.0.text(sys::hfhub_repo_options_set_revision, value))
    }

    /// The message of a tag or of a squash.
    ///
    /// hfhub_repo_options_set_message: The message of a tag, or of the commit that a squash makes. Errors: E_ARGUMENT.
    /// Since 0.1.
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
    /// hfhub_repo_create: Makes a repository. `repo_id` without a namespace is yours. Options: visibility, exist_ok,
    /// resource_group, region, and for Spaces sdk (needed, unless a template brings it), template, hardware,
    /// sleep_time, secrets, variables, volumes. With exist_ok a repository that is there is a success, also for a token
    /// that may not make any. Result JSON: {"url", "repo_id", "repo_type", "created"}. Errors: E_ARGUMENT; E_CONFLICT
    /// when it exists; AUTH, FORBIDDEN. Since 0.1.
    pub fn repo_create<'a>(&self, repo_id: &str, options: impl Into<Option<&'a RepoOptions>>) -> Result<Op<RepoUrl>> {
        let repo_id = ffi::text(repo_id)?;
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(RepoUrl::of, |session, out, err| unsafe {
            sys::hfhub_repo_create(session, repo_id.as_ptr(), options, out, err)
        })
    }

    /// Deletes a repository, for good.
    ///
    /// hfhub_repo_delete: Deletes a repository, for good. Options: missing_ok. Result JSON: {"repo_id", "repo_type",
    /// "deleted"}. Errors: E_REPO_NOT_FOUND, AUTH, FORBIDDEN. Since 0.1.
    pub fn repo_delete<'a>(&self, repo_id: &str, options: impl Into<Option<&'a RepoOptions>>) -> Result<Op<Json>> {
        let repo_id = ffi::text(repo_id)?;
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_repo_delete(session, repo_id.as_ptr(), options, out, err)
        })
    }

    /// Renames a repository, or gives it away.
    ///
    /// hfhub_repo_move: Renames a repository or gives it to another namespace; the old name leads to the new one. Both
    /// ids need a namespace. Result JSON: {"url", "repo_id", "repo_type"} of the new one. Errors: E_ARGUMENT,
    /// E_REPO_NOT_FOUND, E_CONFLICT, AUTH, FORBIDDEN. Since 0.1.
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
    /// hfhub_repo_duplicate: Copies a model, dataset or Space on the Hub. `to_id` may be NULL, or have no namespace:
    /// the same name, or that name, in yours. Options: visibility (default: as the original), exist_ok, resource_group,
    /// and for Spaces hardware, sleep_time, secrets, variables, volumes. Result JSON: {"url", "repo_id", "repo_type",
    /// "created", "files_copy_pending"}: the last is true while the Hub still copies large files. Errors: as
    /// hfhub_repo_create, E_REPO_NOT_FOUND, E_GATED. Since 0.1.
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
    /// hfhub_repo_update: Changes settings. Options: visibility, gated; at least one. Not for kernels. Result JSON: the
    /// Hub's answer, or null. Errors: E_ARGUMENT, E_REPO_NOT_FOUND, AUTH, FORBIDDEN. Since 0.1.
    pub fn repo_update<'a>(&self, repo_id: &str, options: impl Into<Option<&'a RepoOptions>>) -> Result<Op<Json>> {
        let repo_id = ffi::text(repo_id)?;
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_repo_update(session, repo_id.as_ptr(), options, out, err)
        })
    }

    /// Succeeds when the token may read, or write.
    ///
    /// hfhub_repo_auth_check: May the token read the files, or with `write` 1 change them? The operation succeeds when
    /// it may. Result JSON: {"repo_id", "repo_type"}. Errors: E_REPO_NOT_FOUND, E_GATED, AUTH, FORBIDDEN. Since 0.1.
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
    /// hfhub_repo_list: What `owner` (NULL: you) keeps on the Hub, buckets included, with the storage it takes. Of the
    /// options: token. Result JSON: array of {"id", "type", "visibility", "updatedAt", "storage", "storagePercent"}.
    /// Errors: AUTH, FORBIDDEN. Since 0.1.
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
    /// hfhub_repo_refs: Branches and tags, and with `include_prs` 1 pull requests. Result JSON: {"branches", "tags",
    /// "converts", "pullRequests"}, each an array of {"name", "ref", "targetCommit"}. Errors: E_REPO_NOT_FOUND. Since
    /// 0.1.
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
    /// hfhub_branch_create: Makes a branch. Options: revision (where it begins), exist_ok. Result JSON: {"repo_id",
    /// "repo_type", "branch", "created"}. Errors: E_ARGUMENT, E_REVISION_NOT_FOUND, E_CONFLICT when it exists, AUTH,
    /// FORBIDDEN. Since 0.1.
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
    /// hfhub_branch_delete: Deletes a branch. Result JSON: {"repo_id", "repo_type", "branch"}. Errors: as above;
    /// FORBIDDEN for main. Since 0.1.
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
    /// hfhub_tag_create: Makes a tag. Options: revision, message, exist_ok. Result JSON: {"repo_id", "repo_type",
    /// "tag", "created"}. Errors: as hfhub_branch_create. Since 0.1.
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
    /// hfhub_tag_delete: Deletes a tag. Result JSON: {"repo_id", "repo_type", "tag"}. Errors: E_REVISION_NOT_FOUND when
    /// there is none, AUTH, FORBIDDEN. Since 0.1.
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
    /// hfhub_branch_squash: Makes one commit of a branch's history, for good. `branch` NULL: main. Options: message.
    /// Not for kernels. Result JSON: {"repo_id", "repo_type", "branch"}. Errors: E_REVISION_NOT_FOUND, AUTH, FORBIDDEN.
    /// Since 0.1.
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
