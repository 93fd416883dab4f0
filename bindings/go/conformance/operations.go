package main

import (
	"context"
	"encoding/json"
	"time"

	hfhub "github.com/libhfhub/libhfhub/bindings/go"
)

// running is a started operation, its result's type forgotten.
type running struct {
	*hfhub.Operation
	wait         func() error
	waitProgress func(time.Duration, func(hfhub.Progress)) error
}

func of[T any](op *hfhub.Op[T], err error) (*running, error) {
	if err != nil {
		return nil, err
	}
	return &running{
		op.Operation,
		func() error { _, err := op.Wait(); return err },
		func(interval time.Duration, report func(hfhub.Progress)) error {
			_, err := op.WaitProgress(interval, report)
			return err
		},
	}, nil
}

// operation does the verbs that start one.
func (d *driver) operation(verb string, s step) (string, bool) {
	op, err, known := d.start(verb, s)
	if !known {
		return "", false
	}
	if err != nil {
		return d.outcome(s, err, ""), true
	}
	if s.has("as") {
		d.keep(d.text(s, "as"), op)
		return "started", true
	}
	defer op.Close()
	return d.ended(s, op.Operation, op.wait()), true
}

func (d *driver) start(verb string, s step) (op *running, err error, known bool) {
	known = true
	ctx := context.Background()
	// the session or the thing that the verb is about
	session := func() *hfhub.Session { return d.session(s) }
	repo, file, to := d.text(s, "repo_id"), d.text(s, "file_path"), d.text(s, "path_in_repo")
	switch verb {
	case "download_file":
		op, err = of(session().StartDownloadFile(ctx, repo, file, d.downloadOptions(s)))
	case "download_snapshot":
		op, err = of(session().StartDownloadSnapshot(ctx, repo, d.downloadOptions(s)))
	case "file_metadata":
		op, err = of(session().StartFileMetadata(ctx, repo, file, d.downloadOptions(s)))
	case "cache_scan":
		op, err = of(session().StartCacheScan(ctx, d.text(s, "cache_dir")))
	case "cache_verify":
		op, err = of(session().StartCacheVerify(ctx, repo, d.downloadOptions(s)))
	case "call":
		op, err = of(session().StartCall(ctx, d.text(s, "operation"), s["params"]))
	case "repo_create":
		op, err = of(session().StartRepoCreate(ctx, repo, d.repoOptions(s)))
	case "repo_delete":
		op, err = of(session().StartRepoDelete(ctx, repo, d.repoOptions(s)))
	case "repo_update":
		op, err = of(session().StartRepoUpdate(ctx, repo, d.repoOptions(s)))
	case "repo_move":
		op, err = of(session().StartRepoMove(ctx, repo, d.text(s, "to_id"), d.repoOptions(s)))
	case "repo_duplicate":
		op, err = of(session().StartRepoDuplicate(ctx, repo, d.text(s, "to_id"), d.repoOptions(s)))
	case "repo_auth_check":
		op, err = of(session().StartRepoAuthCheck(ctx, repo, s.number("write", 0) != 0, d.repoOptions(s)))
	case "repo_list":
		op, err = of(session().StartRepoList(ctx, d.text(s, "owner"), d.repoOptions(s)))
	case "repo_refs":
		op, err = of(session().StartRepoRefs(ctx, repo, s.number("include_prs", 0) != 0, d.repoOptions(s)))
	case "branch_create":
		op, err = of(session().StartBranchCreate(ctx, repo, d.text(s, "branch"), d.repoOptions(s)))
	case "branch_delete":
		op, err = of(session().StartBranchDelete(ctx, repo, d.text(s, "branch"), d.repoOptions(s)))
	case "branch_squash":
		op, err = of(session().StartBranchSquash(ctx, repo, d.text(s, "branch"), d.repoOptions(s)))
	case "tag_create":
		op, err = of(session().StartTagCreate(ctx, repo, d.text(s, "tag"), d.repoOptions(s)))
	case "tag_delete":
		op, err = of(session().StartTagDelete(ctx, repo, d.text(s, "tag"), d.repoOptions(s)))
	case "auth_login":
		op, err = of(session().StartLogin(ctx, d.text(s, "token"), s.number("git_credential", 0) != 0))
	case "auth_logout":
		op, err = of(session().StartLogout(ctx, d.text(s, "token_name"), s.number("git_credential", 0) != 0))
	case "auth_switch":
		op, err = of(session().StartSwitchToken(ctx, d.text(s, "token_name"), s.number("git_credential", 0) != 0))
	case "auth_list":
		op, err = of(session().StartStoredTokens(ctx))
	case "auth_get_token":
		op, err = of(session().StartToken(ctx))
	case "auth_whoami":
		op, err = of(session().StartWhoAmI(ctx, d.textOrNil(s, "token"), s.number("use_cache", 0) != 0))
	case "device_request":
		op, err = of(on[*hfhub.DeviceLogin](d, s).StartRequest(ctx))
	case "device_finish":
		op, err = of(on[*hfhub.DeviceLogin](d, s).StartFinish(ctx))
	case "commit_prepare":
		op, err = of(on[*hfhub.Commit](d, s).StartPrepare(ctx))
	case "commit_finish":
		op, err = of(on[*hfhub.Commit](d, s).StartFinish(ctx))
	case "upload_file":
		op, err = of(session().StartUploadFile(ctx, repo, file, to, d.commitOptions(s)))
	case "upload_folder":
		op, err = of(session().StartUploadFolder(ctx, repo, d.text(s, "folder_path"), to, d.commitOptions(s)))
	case "delete_files":
		op, err = of(session().StartDeleteFiles(ctx, repo, d.commitOptions(s)))
	case "scheduler_trigger":
		op, err = of(on[*hfhub.Scheduler](d, s).StartTrigger(ctx))
	case "scheduler_stop":
		op, err = of(on[*hfhub.Scheduler](d, s).StartStop(ctx))
	case "xet_commit_finish":
		op, err = of(on[*hfhub.XetCommit](d, s).StartFinish(ctx))
	case "xet_group_start":
		op, err = of(on[*hfhub.XetGroup](d, s).Start(ctx))
	case "xet_hash_file":
		op, err = of(session().StartXetHashFile(ctx, file))
	case "lfs_upload":
		action, failed := json.Marshal(s["action"])
		sure(failed)
		op, err = of(session().StartLFSUpload(ctx, file, d.text(s, "sha256"), action))
	default:
		known = false
	}
	return op, err, known
}

// ---- options -----------------------------------------------------------------------------------------------------------
// each calls set for every member of `options`; set answers false for a name that it does not know.
func (d *driver) each(s step, set func(name string, o step) bool) {
	if !s.has("options") {
		return
	}
	options := s.inner("options")
	for name := range options {
		if !set(name, options) {
			die("%v: no option '%s'", s, name)
		}
	}
}

func (d *driver) texts(o step, name string) []string {
	var out []string
	for _, value := range o.list(name) {
		out = append(out, d.substituted(value.(string)))
	}
	return out
}

func (d *driver) pairs(o step, name string) map[string]string {
	out := map[string]string{}
	for _, pair := range o.list(name) {
		values := pair.([]interface{})
		out[values[0].(string)] = values[1].(string)
	}
	return out
}

func (d *driver) downloadOptions(s step) *hfhub.DownloadOptions {
	out := &hfhub.DownloadOptions{}
	d.each(s, func(name string, o step) bool {
		switch name {
		case "repo_type":
			out.RepoType = d.text(o, name)
		case "revision":
			out.Revision = d.text(o, name)
		case "subfolder":
			out.Subfolder = d.text(o, name)
		case "cache_dir":
			out.CacheDir = d.text(o, name)
		case "local_dir":
			out.LocalDir = d.text(o, name)
		case "token":
			out.Token = d.text(o, name)
			out.Anonymous = out.Token == ""
		case "force":
			out.Force = o.number(name, 0) != 0
		case "local_files_only":
			out.LocalFilesOnly = o.number(name, 0) != 0
		case "dry_run":
			out.DryRun = o.number(name, 0) != 0
		case "max_workers":
			out.MaxWorkers = int(o.number(name, 0))
		case "allow_pattern":
			out.AllowPatterns = d.texts(o, name)
		case "ignore_pattern":
			out.IgnorePatterns = d.texts(o, name)
		default:
			return false
		}
		return true
	})
	return out
}

func (d *driver) commitOptions(s step) *hfhub.CommitOptions {
	out := &hfhub.CommitOptions{}
	d.each(s, func(name string, o step) bool {
		switch name {
		case "repo_type":
			out.RepoType = d.text(o, name)
		case "revision":
			out.Revision = d.text(o, name)
		case "message":
			out.Message = d.text(o, name)
		case "description":
			out.Description = d.text(o, name)
		case "parent":
			out.Parent = d.text(o, name)
		case "create_pr":
			out.CreatePR = o.number(name, 0) != 0
		case "token":
			out.Token = d.text(o, name)
			out.Anonymous = out.Token == ""
		case "allow_pattern":
			out.AllowPatterns = d.texts(o, name)
		case "ignore_pattern":
			out.IgnorePatterns = d.texts(o, name)
		case "delete_pattern":
			out.DeletePatterns = d.texts(o, name)
		case "follow_links":
			out.RefuseLinks = o.number(name, 1) == 0
		case "journal":
			out.NoJournal = o.number(name, 1) == 0
		default:
			return false
		}
		return true
	})
	return out
}

func (d *driver) repoOptions(s step) *hfhub.RepoOptions {
	out := &hfhub.RepoOptions{}
	d.each(s, func(name string, o step) bool {
		switch name {
		case "repo_type":
			out.RepoType = d.text(o, name)
		case "token":
			out.Token = d.text(o, name)
			out.Anonymous = out.Token == ""
		case "visibility":
			out.Visibility = d.text(o, name)
		case "private":
			out.Private = o.number(name, 0) != 0
		case "gated":
			out.Gated = d.text(o, name)
		case "exist_ok":
			out.ExistOK = o.number(name, 0) != 0
		case "missing_ok":
			out.MissingOK = o.number(name, 0) != 0
		case "resource_group":
			out.ResourceGroup = d.text(o, name)
		case "region":
			out.Region = d.text(o, name)
		case "space_sdk":
			out.SpaceSDK = d.text(o, name)
		case "space_template":
			out.SpaceTemplate = d.text(o, name)
		case "space_hardware":
			out.SpaceHardware = d.text(o, name)
		case "space_sleep_time":
			out.SpaceSleepTime = time.Duration(o.number(name, 0)) * time.Second
		case "space_secret":
			out.SpaceSecrets = d.pairs(o, name)
		case "space_variable":
			out.SpaceVariables = d.pairs(o, name)
		case "space_volume":
			out.SpaceVolumes = d.texts(o, name)
		case "revision":
			out.Revision = d.text(o, name)
		case "message":
			out.Message = d.text(o, name)
		default:
			return false
		}
		return true
	})
	return out
}

func (d *driver) xetOptions(s step) *hfhub.XetOptions {
	out := &hfhub.XetOptions{}
	d.each(s, func(name string, o step) bool {
		switch name {
		case "endpoint":
			out.Endpoint = d.text(o, name)
		case "refresh_url":
			out.RefreshURL = d.text(o, name)
		case "token":
			values := o.list(name)
			out.Token = values[0].(string)
			expires, err := values[1].(json.Number).Int64()
			sure(err)
			out.TokenExpires = time.Unix(expires, 0)
		case "repo":
			values := o.list(name)
			revision, _ := values[2].(string)
			out.Repo = &hfhub.XetRepo{Type: values[0].(string), ID: values[1].(string), Revision: revision}
		case "header":
			out.Headers = d.pairs(o, name)
		case "refresh_header":
			out.RefreshHeaders = d.pairs(o, name)
		default:
			return false
		}
		return true
	})
	return out
}
