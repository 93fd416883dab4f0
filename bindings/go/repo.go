package hfhub

import (
	"context"
	"time"

	"github.com/libhfhub/libhfhub/bindings/go/internal/raw"
)

// RepoOptions are what calls about repositories may be told. A call ignores what its comment does not name; the zero value
// is a model, the session's token, nothing else said.
//
// hfhub_repo_options_new: Options with their defaults: a model, the session's token, nothing else said. Since 0.1.
//
// hfhub_repo_options_free: Frees the options. NULL is fine. Since 0.1.
type RepoOptions struct {
	// RepoType is "model", "dataset", "space" or "kernel".
	//
	// hfhub_repo_options_set_repo_type: "model" (default), "dataset", "space" or "kernel". Every call takes it. Errors:
	// E_ARGUMENT. Since 0.1.
	RepoType string
	// Token replaces the session's.
	//
	// hfhub_repo_options_set_token: Another token than the session's; "" for none. Every call takes it. Errors:
	// E_ARGUMENT. Since 0.1.
	Token string
	// Anonymous uses no token.
	Anonymous bool
	// Visibility is who sees it.
	//
	// hfhub_repo_options_set_visibility: "public", "private" or, for Spaces, "protected" (everybody may use it, nobody
	// else sees its files). Default: what the Hub chooses. Errors: E_ARGUMENT. Since 0.1.
	Visibility string
	// Private is Visibility "private".
	//
	// hfhub_repo_options_set_private: 1: the same as "private", 0: the same as "public". Since 0.1.
	Private bool
	// Gated is who gets at the files.
	//
	// hfhub_repo_options_set_gated: Who gets at the files: "auto" (whoever asks), "manual" (whom you approve) or "false"
	// (everybody). Errors: E_ARGUMENT. Since 0.1.
	Gated string
	// ExistOK takes what is there for a success.
	//
	// hfhub_repo_options_set_exist_ok: 1: what is there already is a success. Since 0.1.
	ExistOK bool
	// MissingOK takes what is not there for a success.
	//
	// hfhub_repo_options_set_missing_ok: 1: what is not there is a success. Since 0.1.
	MissingOK bool
	// ResourceGroup is of an organisation.
	//
	// hfhub_repo_options_set_resource_group: The resource group of an Enterprise organisation. Errors: E_ARGUMENT. Since
	// 0.1.
	ResourceGroup string
	// Region is where it is stored.
	//
	// hfhub_repo_options_set_region: Where it is stored: "us" or "eu" (paying accounts). Errors: E_ARGUMENT. Since 0.1.
	Region string
	// SpaceSDK is what a Space is made with.
	//
	// hfhub_repo_options_set_space_sdk: What a Space is made with: "gradio", "streamlit", "docker" or "static". Errors:
	// E_ARGUMENT. Since 0.1.
	SpaceSDK string
	// SpaceTemplate is what a Space starts from.
	//
	// hfhub_repo_options_set_space_template: A template to start a Space from, by its name or repository; it brings its
	// SDK. Errors: E_ARGUMENT. Since 0.1.
	SpaceTemplate string
	// SpaceHardware is what a Space runs on.
	//
	// hfhub_repo_options_set_space_hardware: What a Space runs on, e.g. "cpu-basic". Errors: E_ARGUMENT. Since 0.1.
	SpaceHardware string
	// SpaceSleepTime puts a Space to sleep, in whole seconds; negative is never.
	//
	// hfhub_repo_options_set_space_sleep_time: Seconds without use after which a Space is put to sleep; -1 for never.
	// Errors: E_ARGUMENT. Since 0.1.
	SpaceSleepTime time.Duration
	// SpaceSecrets are a Space's, by name.
	//
	// hfhub_repo_options_add_space_secret: A secret of a Space. Errors: E_ARGUMENT. Since 0.1.
	SpaceSecrets map[string]string
	// SpaceVariables are a Space's, by name.
	//
	// hfhub_repo_options_add_space_variable: An environment variable of a Space. Errors: E_ARGUMENT. Since 0.1.
	SpaceVariables map[string]string
	// SpaceVolumes are what a Space mounts.
	//
	// hfhub_repo_options_add_space_volume: A repository or bucket that a Space sees as a folder:
	// hf://[models/|datasets/|spaces/|buckets/]ns/name[@revision][/path]:/folder[:ro|:rw]. Errors: E_ARGUMENT. Since 0.1.
	SpaceVolumes []string
	// Revision is where a branch or tag begins.
	//
	// hfhub_repo_options_set_revision: Where a branch or tag begins: a branch, tag or commit hash. Default: main. Errors:
	// E_ARGUMENT. Since 0.1.
	Revision string
	// Message is a tag's or a squash's.
	//
	// hfhub_repo_options_set_message: The message of a tag, or of the commit that a squash makes. Errors: E_ARGUMENT.
	// Since 0.1.
	Message string
}

func (o *RepoOptions) build() (*builder, error) {
	if o == nil {
		return built(nil)
	}
	b := build(raw.Hfhub_repo_options_new, raw.Hfhub_repo_options_free)
	b.text(raw.Hfhub_repo_options_set_repo_type, o.RepoType)
	b.token(raw.Hfhub_repo_options_set_token, o.Token, o.Anonymous)
	b.text(raw.Hfhub_repo_options_set_visibility, o.Visibility)
	b.flag(raw.Hfhub_repo_options_set_private, o.Private)
	b.text(raw.Hfhub_repo_options_set_gated, o.Gated)
	b.flag(raw.Hfhub_repo_options_set_exist_ok, o.ExistOK)
	b.flag(raw.Hfhub_repo_options_set_missing_ok, o.MissingOK)
	b.text(raw.Hfhub_repo_options_set_resource_group, o.ResourceGroup)
	b.text(raw.Hfhub_repo_options_set_region, o.Region)
	b.text(raw.Hfhub_repo_options_set_space_sdk, o.SpaceSDK)
	b.text(raw.Hfhub_repo_options_set_space_template, o.SpaceTemplate)
	b.text(raw.Hfhub_repo_options_set_space_hardware, o.SpaceHardware)
	if o.SpaceSleepTime != 0 {
		b.set(func(native uintptr, err *uintptr) int32 {
			return raw.Hfhub_repo_options_set_space_sleep_time(native, seconds(o.SpaceSleepTime), err)
		})
	}
	b.pairs(raw.Hfhub_repo_options_add_space_secret, o.SpaceSecrets)
	b.pairs(raw.Hfhub_repo_options_add_space_variable, o.SpaceVariables)
	b.texts(raw.Hfhub_repo_options_add_space_volume, o.SpaceVolumes)
	b.text(raw.Hfhub_repo_options_set_revision, o.Revision)
	b.text(raw.Hfhub_repo_options_set_message, o.Message)
	return b.done()
}

// seconds is for C, where -1 is never.
func seconds(d time.Duration) int64 {
	if d < 0 {
		return -1
	}
	return int64(d / time.Second)
}

// number is C's 1 or 0.
func number(on bool) int32 {
	if on {
		return 1
	}
	return 0
}

// RepoCreate makes a repository.
//
// hfhub_repo_create: Makes a repository. `repo_id` without a namespace is yours. Options: visibility, exist_ok,
// resource_group, region, and for Spaces sdk (needed, unless a template brings it), template, hardware, sleep_time,
// secrets, variables, volumes. With exist_ok a repository that is there is a success, also for a token that may not
// make any. Result JSON: {"url", "repo_id", "repo_type", "created"}. Errors: E_ARGUMENT; E_CONFLICT when it exists;
// AUTH, FORBIDDEN. Since 0.1.
func (s *Session) RepoCreate(ctx context.Context, repoID string, options *RepoOptions) (*RepoURL, error) {
	return finish(s.StartRepoCreate(ctx, repoID, options))
}

// StartRepoCreate starts RepoCreate.
func (s *Session) StartRepoCreate(ctx context.Context, repoID string, options *RepoOptions) (*Op[*RepoURL], error) {
	return start(ctx, s.handle, options, typed[RepoURL], func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_repo_create(session, &repoID, options, op, err)
	})
}

// RepoDelete deletes a repository.
//
// hfhub_repo_delete: Deletes a repository, for good. Options: missing_ok. Result JSON: {"repo_id", "repo_type",
// "deleted"}. Errors: E_REPO_NOT_FOUND, AUTH, FORBIDDEN. Since 0.1.
func (s *Session) RepoDelete(ctx context.Context, repoID string, options *RepoOptions) (*JSON, error) {
	return finish(s.StartRepoDelete(ctx, repoID, options))
}

// StartRepoDelete starts RepoDelete.
func (s *Session) StartRepoDelete(ctx context.Context, repoID string, options *RepoOptions) (*Op[*JSON], error) {
	return start(ctx, s.handle, options, document, func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_repo_delete(session, &repoID, options, op, err)
	})
}

// RepoMove renames a repository.
//
// hfhub_repo_move: Renames a repository or gives it to another namespace; the old name leads to the new one. Both ids
// need a namespace. Result JSON: {"url", "repo_id", "repo_type"} of the new one. Errors: E_ARGUMENT, E_REPO_NOT_FOUND,
// E_CONFLICT, AUTH, FORBIDDEN. Since 0.1.
func (s *Session) RepoMove(ctx context.Context, repoID, toID string, options *RepoOptions) (*RepoURL, error) {
	return finish(s.StartRepoMove(ctx, repoID, toID, options))
}

// StartRepoMove starts RepoMove.
func (s *Session) StartRepoMove(ctx context.Context, repoID, toID string, options *RepoOptions) (*Op[*RepoURL], error) {
	return start(ctx, s.handle, options, typed[RepoURL], func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_repo_move(session, &repoID, &toID, options, op, err)
	})
}

// RepoDuplicate copies a repository; toID "" is the same name, yours.
//
// hfhub_repo_duplicate: Copies a model, dataset or Space on the Hub. `to_id` may be NULL, or have no namespace: the
// same name, or that name, in yours. Options: visibility (default: as the original), exist_ok, resource_group, and for
// Spaces hardware, sleep_time, secrets, variables, volumes. Result JSON: {"url", "repo_id", "repo_type", "created",
// "files_copy_pending"}: the last is true while the Hub still copies large files. Errors: as hfhub_repo_create,
// E_REPO_NOT_FOUND, E_GATED. Since 0.1.
func (s *Session) RepoDuplicate(ctx context.Context, repoID, toID string, options *RepoOptions) (*RepoURL, error) {
	return finish(s.StartRepoDuplicate(ctx, repoID, toID, options))
}

// StartRepoDuplicate starts RepoDuplicate.
func (s *Session) StartRepoDuplicate(ctx context.Context, repoID, toID string, options *RepoOptions) (*Op[*RepoURL], error) {
	return start(ctx, s.handle, options, typed[RepoURL], func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_repo_duplicate(session, &repoID, orNull(toID), options, op, err)
	})
}

// RepoUpdate changes settings.
//
// hfhub_repo_update: Changes settings. Options: visibility, gated; at least one. Not for kernels. Result JSON: the
// Hub's answer, or null. Errors: E_ARGUMENT, E_REPO_NOT_FOUND, AUTH, FORBIDDEN. Since 0.1.
func (s *Session) RepoUpdate(ctx context.Context, repoID string, options *RepoOptions) (*JSON, error) {
	return finish(s.StartRepoUpdate(ctx, repoID, options))
}

// StartRepoUpdate starts RepoUpdate.
func (s *Session) StartRepoUpdate(ctx context.Context, repoID string, options *RepoOptions) (*Op[*JSON], error) {
	return start(ctx, s.handle, options, document, func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_repo_update(session, &repoID, options, op, err)
	})
}

// RepoAuthCheck fails when the token may not read the files or, with write, change them.
//
// hfhub_repo_auth_check: May the token read the files, or with `write` 1 change them? The operation succeeds when it
// may. Result JSON: {"repo_id", "repo_type"}. Errors: E_REPO_NOT_FOUND, E_GATED, AUTH, FORBIDDEN. Since 0.1.
func (s *Session) RepoAuthCheck(ctx context.Context, repoID string, write bool, options *RepoOptions) (*JSON, error) {
	return finish(s.StartRepoAuthCheck(ctx, repoID, write, options))
}

// StartRepoAuthCheck starts RepoAuthCheck.
func (s *Session) StartRepoAuthCheck(ctx context.Context, repoID string, write bool, options *RepoOptions) (*Op[*JSON], error) {
	return start(ctx, s.handle, options, document, func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_repo_auth_check(session, &repoID, number(write), options, op, err)
	})
}

// RepoList lists what an owner keeps on the Hub; "" is you.
//
// hfhub_repo_list: What `owner` (NULL: you) keeps on the Hub, buckets included, with the storage it takes. Of the
// options: token. Result JSON: array of {"id", "type", "visibility", "updatedAt", "storage", "storagePercent"}. Errors:
// AUTH, FORBIDDEN. Since 0.1.
func (s *Session) RepoList(ctx context.Context, owner string, options *RepoOptions) (*JSON, error) {
	return finish(s.StartRepoList(ctx, owner, options))
}

// StartRepoList starts RepoList.
func (s *Session) StartRepoList(ctx context.Context, owner string, options *RepoOptions) (*Op[*JSON], error) {
	return start(ctx, s.handle, options, document, func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_repo_list(session, orNull(owner), options, op, err)
	})
}

// RepoRefs lists branches and tags.
//
// hfhub_repo_refs: Branches and tags, and with `include_prs` 1 pull requests. Result JSON: {"branches", "tags",
// "converts", "pullRequests"}, each an array of {"name", "ref", "targetCommit"}. Errors: E_REPO_NOT_FOUND. Since 0.1.
func (s *Session) RepoRefs(ctx context.Context, repoID string, includePRs bool, options *RepoOptions) (*JSON, error) {
	return finish(s.StartRepoRefs(ctx, repoID, includePRs, options))
}

// StartRepoRefs starts RepoRefs.
func (s *Session) StartRepoRefs(ctx context.Context, repoID string, includePRs bool, options *RepoOptions) (*Op[*JSON], error) {
	return start(ctx, s.handle, options, document, func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_repo_refs(session, &repoID, number(includePRs), options, op, err)
	})
}

// BranchCreate makes a branch.
//
// hfhub_branch_create: Makes a branch. Options: revision (where it begins), exist_ok. Result JSON: {"repo_id",
// "repo_type", "branch", "created"}. Errors: E_ARGUMENT, E_REVISION_NOT_FOUND, E_CONFLICT when it exists, AUTH,
// FORBIDDEN. Since 0.1.
func (s *Session) BranchCreate(ctx context.Context, repoID, branch string, options *RepoOptions) (*JSON, error) {
	return finish(s.StartBranchCreate(ctx, repoID, branch, options))
}

// StartBranchCreate starts BranchCreate.
func (s *Session) StartBranchCreate(ctx context.Context, repoID, branch string, options *RepoOptions) (*Op[*JSON], error) {
	return start(ctx, s.handle, options, document, func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_branch_create(session, &repoID, &branch, options, op, err)
	})
}

// BranchDelete deletes a branch.
//
// hfhub_branch_delete: Deletes a branch. Result JSON: {"repo_id", "repo_type", "branch"}. Errors: as above; FORBIDDEN
// for main. Since 0.1.
func (s *Session) BranchDelete(ctx context.Context, repoID, branch string, options *RepoOptions) (*JSON, error) {
	return finish(s.StartBranchDelete(ctx, repoID, branch, options))
}

// StartBranchDelete starts BranchDelete.
func (s *Session) StartBranchDelete(ctx context.Context, repoID, branch string, options *RepoOptions) (*Op[*JSON], error) {
	return start(ctx, s.handle, options, document, func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_branch_delete(session, &repoID, &branch, options, op, err)
	})
}

// TagCreate makes a tag.
//
// hfhub_tag_create: Makes a tag. Options: revision, message, exist_ok. Result JSON: {"repo_id", "repo_type", "tag",
// "created"}. Errors: as hfhub_branch_create. Since 0.1.
func (s *Session) TagCreate(ctx context.Context, repoID, tag string, options *RepoOptions) (*JSON, error) {
	return finish(s.StartTagCreate(ctx, repoID, tag, options))
}

// StartTagCreate starts TagCreate.
func (s *Session) StartTagCreate(ctx context.Context, repoID, tag string, options *RepoOptions) (*Op[*JSON], error) {
	return start(ctx, s.handle, options, document, func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_tag_create(session, &repoID, &tag, options, op, err)
	})
}

// TagDelete deletes a tag.
//
// hfhub_tag_delete: Deletes a tag. Result JSON: {"repo_id", "repo_type", "tag"}. Errors: E_REVISION_NOT_FOUND when
// there is none, AUTH, FORBIDDEN. Since 0.1.
func (s *Session) TagDelete(ctx context.Context, repoID, tag string, options *RepoOptions) (*JSON, error) {
	return finish(s.StartTagDelete(ctx, repoID, tag, options))
}

// StartTagDelete starts TagDelete.
func (s *Session) StartTagDelete(ctx context.Context, repoID, tag string, options *RepoOptions) (*Op[*JSON], error) {
	return start(ctx, s.handle, options, document, func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_tag_delete(session, &repoID, &tag, options, op, err)
	})
}

// BranchSquash makes one commit of a branch's history; "" is main.
//
// hfhub_branch_squash: Makes one commit of a branch's history, for good. `branch` NULL: main. Options: message. Not for
// kernels. Result JSON: {"repo_id", "repo_type", "branch"}. Errors: E_REVISION_NOT_FOUND, AUTH, FORBIDDEN. Since 0.1.
func (s *Session) BranchSquash(ctx context.Context, repoID, branch string, options *RepoOptions) (*JSON, error) {
	return finish(s.StartBranchSquash(ctx, repoID, branch, options))
}

// StartBranchSquash starts BranchSquash.
func (s *Session) StartBranchSquash(ctx context.Context, repoID, branch string, options *RepoOptions) (*Op[*JSON], error) {
	return start(ctx, s.handle, options, document, func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_branch_squash(session, &repoID, orNull(branch), options, op, err)
	})
}
