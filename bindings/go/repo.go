package hfhub

import (
	"context"
	"time"

	"github.com/libhfhub/libhfhub/bindings/go/internal/raw"
)

// RepoOptions are what calls about repositories may be told. A call ignores what its comment does not name; the zero value
// is a model, the session's token, nothing else said.
//
// hfhub_repo_options_new:
//
// hfhub_repo_options_free:
type RepoOptions struct {
	// RepoType is "model", "dataset", "space" or "kernel".
	//
	// hfhub_repo_options_set_repo_type:
	RepoType string
	// Token replaces the session's.
	//
	// hfhub_repo_options_set_token:
	Token string
	// Anonymous uses no token.
	Anonymous bool
	// Visibility is who sees it.
	//
	// hfhub_repo_options_set_visibility:
	Visibility string
	// Private is Visibility "private".
	//
	// hfhub_repo_options_set_private:
	Private bool
	// Gated is who gets at the files.
	//
	// hfhub_repo_options_set_gated:
	Gated string
	// ExistOK takes what is there for a success.
	//
	// hfhub_repo_options_set_exist_ok:
	ExistOK bool
	// MissingOK takes what is not there for a success.
	//
	// hfhub_repo_options_set_missing_ok:
	MissingOK bool
	// ResourceGroup is of an organisation.
	//
	// hfhub_repo_options_set_resource_group:
	ResourceGroup string
	// Region is where it is stored.
	//
	// hfhub_repo_options_set_region:
	Region string
	// SpaceSDK is what a Space is made with.
	//
	// hfhub_repo_options_set_space_sdk:
	SpaceSDK string
	// SpaceTemplate is what a Space starts from.
	//
	// hfhub_repo_options_set_space_template:
	SpaceTemplate string
	// SpaceHardware is what a Space runs on.
	//
	// hfhub_repo_options_set_space_hardware:
	SpaceHardware string
	// SpaceSleepTime puts a Space to sleep, in whole seconds; negative is never.
	//
	// hfhub_repo_options_set_space_sleep_time:
	SpaceSleepTime time.Duration
	// SpaceSecrets are a Space's, by name.
	//
	// hfhub_repo_options_add_space_secret:
	SpaceSecrets map[string]string
	// SpaceVariables are a Space's, by name.
	//
	// hfhub_repo_options_add_space_variable:
	SpaceVariables map[string]string
	// SpaceVolumes are what a Space mounts.
	//
	// hfhub_repo_options_add_space_volume:
	SpaceVolumes []string
	// Revision is where a branch or tag begins.
	//
	// hfhub_repo_options_set_revision:
	Revision string
	// Message is a tag's or a squash's.
	//
	// hfhub_repo_options_set_message:
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
// hfhub_repo_create:
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
// hfhub_repo_delete:
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
// hfhub_repo_move:
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
// hfhub_repo_duplicate:
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
// hfhub_repo_update:
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
// hfhub_repo_auth_check:
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
// hfhub_repo_list:
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
// hfhub_repo_refs:
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
// hfhub_branch_create:
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
// hfhub_branch_delete:
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
// hfhub_tag_create:
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
// hfhub_tag_delete:
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
// hfhub_branch_squash:
func (s *Session) BranchSquash(ctx context.Context, repoID, branch string, options *RepoOptions) (*JSON, error) {
	return finish(s.StartBranchSquash(ctx, repoID, branch, options))
}

// StartBranchSquash starts BranchSquash.
func (s *Session) StartBranchSquash(ctx context.Context, repoID, branch string, options *RepoOptions) (*Op[*JSON], error) {
	return start(ctx, s.handle, options, document, func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_branch_squash(session, &repoID, orNull(branch), options, op, err)
	})
}
