//! Verbs that start an operation, and the options they take.

use crate::step::{Member, Step};
use crate::Driver;
use hfhub::{CommitOptions, DownloadOptions, Json, Op, RepoOptions, Result};
use std::path::Path;

fn set_download(made: DownloadOptions, name: &str, value: &Member<'_>) -> Option<DownloadOptions> {
    Some(match name {
        "repo_type" => made.repo_type(&value.text()),
        "revision" => made.revision(&value.text()),
        "subfolder" => made.subfolder(&value.text()),
        "cache_dir" => made.cache_dir(value.text()),
        "local_dir" => made.local_dir(value.text()),
        "token" => made.token(&value.text()),
        "force" => made.force(value.flag()),
        "local_files_only" => made.local_files_only(value.flag()),
        "dry_run" => made.dry_run(value.flag()),
        "max_workers" => made.max_workers(value.number() as i32),
        "allow_pattern" => made.allow(&value.text()),
        "ignore_pattern" => made.ignore(&value.text()),
        _ => return None,
    })
}

fn set_repo(made: RepoOptions, name: &str, value: &Member<'_>) -> Option<RepoOptions> {
    let pair = || (value.at(0).unwrap_or_default(), value.at(1).unwrap_or_default());
    Some(match name {
        "repo_type" => made.repo_type(&value.text()),
        "token" => made.token(&value.text()),
        "visibility" => made.visibility(&value.text()),
        "private" => made.private(value.flag()),
        "gated" => made.gated(&value.text()),
        "exist_ok" => made.exist_ok(value.flag()),
        "missing_ok" => made.missing_ok(value.flag()),
        "resource_group" => made.resource_group(&value.text()),
        "region" => made.region(&value.text()),
        "space_sdk" => made.space_sdk(&value.text()),
        "space_template" => made.space_template(&value.text()),
        "space_hardware" => made.space_hardware(&value.text()),
        "space_sleep_time" => made.space_sleep_time(value.number()),
        "space_secret" => made.space_secret(&pair().0, &pair().1),
        "space_variable" => made.space_variable(&pair().0, &pair().1),
        "space_volume" => made.space_volume(&value.text()),
        "revision" => made.revision(&value.text()),
        "message" => made.message(&value.text()),
        _ => return None,
    })
}

fn set_commit(made: CommitOptions, name: &str, value: &Member<'_>) -> Option<CommitOptions> {
    Some(match name {
        "repo_type" => made.repo_type(&value.text()),
        "revision" => made.revision(&value.text()),
        "message" => made.message(&value.text()),
        "description" => made.description(&value.text()),
        "parent" => made.parent(&value.text()),
        "create_pr" => made.create_pr(value.flag()),
        "token" => made.token(&value.text()),
        "allow_pattern" => made.allow(&value.text()),
        "ignore_pattern" => made.ignore(&value.text()),
        "delete_pattern" => made.delete(&value.text()),
        "follow_links" => made.follow_links(value.flag()),
        "journal" => made.journal(value.flag()),
        _ => return None,
    })
}

pub fn download_options(step: &Step<'_>) -> Option<DownloadOptions> {
    step.options(set_download)
}

pub fn commit_options(step: &Step<'_>) -> Option<CommitOptions> {
    step.options(set_commit)
}

type Started = Option<Result<Op<Json>>>;

impl Driver {
    /// None for a verb that starts no operation.
    pub fn start(&self, step: &Step<'_>, verb: &str) -> Started {
        self.start_download(step, verb)
            .or_else(|| self.start_repo(step, verb))
            .or_else(|| self.start_upload(step, verb))
            .or_else(|| self.start_of_a_thing(step, verb))
            .or_else(|| self.start_of_a_session(step, verb))
    }

    fn start_download(&self, step: &Step<'_>, verb: &str) -> Started {
        let repo_id = || step.need("repo_id");
        let file = || step.need("file_path");
        let options = || download_options(step);
        let session = || self.session(step);
        Some(match verb {
            "download_file" => session().download_file(&repo_id(), &file(), options().as_ref()).map(Op::into_json),
            "download_snapshot" => session().download_snapshot(&repo_id(), options().as_ref()).map(Op::into_json),
            "file_metadata" => session().file_metadata(&repo_id(), &file(), options().as_ref()).map(Op::into_json),
            "cache_verify" => session().cache_verify(&repo_id(), options().as_ref()),
            "cache_scan" => session().cache_scan(step.text("cache_dir").as_deref().map(Path::new)),
            _ => return None,
        })
    }

    fn start_repo(&self, step: &Step<'_>, verb: &str) -> Started {
        if !["repo_", "branch_", "tag_"].iter().any(|begin| verb.starts_with(begin)) {
            return None;
        }
        let session = self.session(step);
        let options = step.options(set_repo);
        let options = options.as_ref();
        let id = step.text("repo_id").unwrap_or_default();
        let text = |name| step.text(name);
        Some(match verb {
            "repo_create" => session.repo_create(&id, options).map(Op::into_json),
            "repo_delete" => session.repo_delete(&id, options),
            "repo_move" => session.repo_move(&id, &step.need("to_id"), options).map(Op::into_json),
            "repo_duplicate" => session.repo_duplicate(&id, text("to_id").as_deref(), options).map(Op::into_json),
            "repo_update" => session.repo_update(&id, options),
            "repo_auth_check" => session.repo_auth_check(&id, step.flag("write"), options),
            "repo_list" => session.repo_list(text("owner").as_deref(), options),
            "repo_refs" => session.repo_refs(&id, step.flag("include_prs"), options),
            "branch_create" => session.branch_create(&id, &step.need("branch"), options),
            "branch_delete" => session.branch_delete(&id, &step.need("branch"), options),
            "branch_squash" => session.branch_squash(&id, text("branch").as_deref(), options),
            "tag_create" => session.tag_create(&id, &step.need("tag"), options),
            "tag_delete" => session.tag_delete(&id, &step.need("tag"), options),
            _ => return None,
        })
    }

    fn start_upload(&self, step: &Step<'_>, verb: &str) -> Started {
        let options = || commit_options(step);
        let (id, at) = (|| step.need("repo_id"), || step.need("path_in_repo"));
        let session = || self.session(step);
        let op = match verb {
            "upload_file" => session().upload_file(&id(), step.need("file_path"), &at(), options().as_ref()),
            "upload_folder" => session().upload_folder(&id(), step.need("folder_path"), &at(), options().as_ref()),
            "delete_files" => session().delete_files(&id(), options().as_ref()),
            _ => return None,
        };
        Some(op.map(Op::into_json))
    }

    fn start_of_a_thing(&self, step: &Step<'_>, verb: &str) -> Started {
        Some(match verb {
            "commit_prepare" => self.commit(step).prepare(),
            "commit_finish" => self.commit(step).finish().map(Op::into_json),
            "scheduler_trigger" => self.scheduler(step).trigger().map(Op::into_json),
            "scheduler_stop" => self.scheduler(step).stop().map(Op::into_json),
            "device_request" => self.login(step).request(),
            "device_finish" => self.login(step).finish(),
            "xet_commit_finish" => self.xet_commit(step).finish(),
            "xet_group_start" => self.group(step).start(),
            _ => return None,
        })
    }

    fn start_of_a_session(&self, step: &Step<'_>, verb: &str) -> Started {
        let session = || self.session(step);
        let git = step.flag("git_credential");
        Some(match verb {
            "call" => session().call(&step.need("operation"), step.written("params").as_deref()),
            "auth_login" => session().login(&step.need("token"), git),
            "auth_logout" => session().logout(step.text("token_name").as_deref(), git),
            "auth_switch" => session().switch_token(&step.need("token_name"), git),
            "auth_list" => session().stored_tokens(),
            "auth_get_token" => session().token(),
            "auth_whoami" => session().whoami(step.text("token").as_deref(), step.flag("use_cache")),
            "xet_hash_file" => session().xet_hash_file(step.need("file_path")).map(Op::into_json),
            "lfs_upload" => {
                let action = step.written("action").unwrap_or_default();
                session().lfs_upload(step.need("file_path"), &step.need("sha256"), &action)
            }
            _ => return None,
        })
    }
}
