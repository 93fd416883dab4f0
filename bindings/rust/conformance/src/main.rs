//! The conformance driver in Rust: `bindings/conformance/README.md` says what it must do. This file reads the table, runs the
//! steps and prints; the verbs are in `operations.rs`, `plain.rs`, `xet.rs` and `hard.rs`.

mod hard;
mod operations;
mod plain;
mod step;
mod xet;

use hfhub::{Commit, DeviceLogin, Error, Json, Op, Scheduler, Session, SessionOptions, XetCommit, XetGroup};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::{Arc, Mutex};
use step::Step;

/// What `as` keeps.
#[derive(Clone)]
pub enum Thing {
    Session(Arc<Session>),
    Operation(Arc<Op<Json>>),
    Commit(Arc<Commit>),
    Scheduler(Arc<Scheduler>),
    Login(Arc<DeviceLogin>),
    XetCommit(Arc<XetCommit>),
    Group(Arc<XetGroup>),
    Words(String),
}

pub struct Driver {
    hub: String,
    cas: String,
    /// WORK/NAME of the scenario that runs.
    work: String,
    things: Mutex<Vec<(String, Thing)>>,
    handles_before: usize,
}

/// Ends the driver: a table that it does not understand.
pub fn die(reason: impl std::fmt::Display) -> ! {
    eprintln!("{}", reason);
    std::process::exit(2)
}

macro_rules! kept_as {
    ($($getter:ident: $kind:ident($type:ty),)*) => {$(
        pub fn $getter(&self, step: &Step<'_>) -> $type {
            match self.thing(&step.need("on")) {
                Thing::$kind(thing) => thing,
                _ => die(format_args!("{}: 'on' is of another kind", step)),
            }
        }
    )*};
}

impl Driver {
    // ---- things that steps keep ------------------------------------------------------------------------------------
    pub fn keep(&self, name: String, thing: Thing) {
        self.things.lock().unwrap().push((name, thing));
    }

    pub fn thing(&self, name: &str) -> Thing {
        let things = self.things.lock().unwrap();
        match things.iter().rev().find(|(kept, _)| kept == name) {
            Some((_, thing)) => thing.clone(),
            None => die(format_args!("nothing is kept as '{}'", name)),
        }
    }

    pub fn let_go(&self, name: &str) {
        let mut things = self.things.lock().unwrap();
        match things.iter().rposition(|(kept, _)| kept == name) {
            Some(at) => drop(things.remove(at)),
            None => die(format_args!("nothing is kept as '{}'", name)),
        }
    }

    kept_as! {
        operation: Operation(Arc<Op<Json>>),
        commit: Commit(Arc<Commit>),
        scheduler: Scheduler(Arc<Scheduler>),
        login: Login(Arc<DeviceLogin>),
        xet_commit: XetCommit(Arc<XetCommit>),
        group: Group(Arc<XetGroup>),
    }

    pub fn session(&self, step: &Step<'_>) -> Arc<Session> {
        match self.thing(step.text("session").as_deref().unwrap_or("session")) {
            Thing::Session(session) => session,
            _ => die(format_args!("{}: no session", step)),
        }
    }

    pub fn substituted(&self, raw: &str) -> String {
        let (mut out, mut rest) = (String::new(), raw);
        while let Some((before, behind)) = rest.split_once("${") {
            let (name, after) = behind.split_once('}').unwrap_or_else(|| die(format_args!("'{}' has no end", raw)));
            out.push_str(before);
            match name {
                "WORK" => out.push_str(&self.work),
                "CAS" => out.push_str(&self.cas),
                "HUB" => out.push_str(&self.hub),
                _ => match self.thing(name) {
                    Thing::Words(words) => out.push_str(&words),
                    _ => die(format_args!("'{}' is no text", name)),
                },
            }
            rest = after;
        }
        out + rest
    }

    pub fn session_options(&self, options: &Json, cache_dir: &str) -> SessionOptions {
        let made = SessionOptions::new().set("cache.dir", cache_dir);
        options.entries().fold(made, |made, (key, value)| match value.as_str() {
            Some(text) => made.set(key, &self.substituted(text)),
            None => die(format_args!("option '{}' has to be a text", key)),
        })
    }

    // ---- what is printed -------------------------------------------------------------------------------------------
    pub fn error(&self, step: &Step<'_>, error: &Error) -> String {
        let mut out = format!(
            "error {} http={} code={} retriable={}",
            error.name(),
            error.http_status().unwrap_or(0),
            error.hub_code(),
            i32::from(error.is_retriable())
        );
        for name in step.texts("show_error") {
            let value = match name.as_str() {
                "message" => error.message().to_owned(),
                "url" => error.url().to_owned(),
                "repo_type" => error.repo_type().to_owned(),
                "repo_id" => error.repo_id().to_owned(),
                "path" => error.path().to_owned(),
                "request_id" => error.request_id().to_owned(),
                "server_message" => error.server_message().to_owned(),
                "retry_after_ms" => error.retry_after().map_or("-1".to_owned(), |wait| wait.as_millis().to_string()),
                _ => die(format_args!("{}: an error has no '{}'", step, name)),
            };
            let _ = write!(out, " {}={}", name, value);
        }
        out
    }

    pub fn json(&self, step: &Step<'_>, json: &Json) -> String {
        let mut out = String::new();
        for at in step.texts("show").iter().filter(|at| *at != "path" && *at != "progress") {
            let found = json.pointer(at).write(None).unwrap_or_else(|_| "missing".to_owned());
            let _ = write!(out, " {}={}", at, found);
        }
        for (name, at) in step.json.get("keep").entries() {
            match json.pointer(at.as_str().unwrap_or("")).as_str() {
                Some(words) => self.keep(name.to_owned(), Thing::Words(words.to_owned())),
                None => die(format_args!("{}: no text at {:?} to keep", step, at)),
            }
        }
        out
    }

    /// The outcome of an operation; Ok(None) is one that is still running.
    pub fn outcome(&self, step: &Step<'_>, op: &Op<Json>, outcome: hfhub::Result<Option<Json>>) -> String {
        let json = match outcome {
            Err(error) => return self.error(step, &error),
            Ok(None) => return "pending".to_owned(),
            Ok(Some(json)) => json,
        };
        let mut out = "ok".to_owned();
        for at in step.texts("show") {
            if at == "path" {
                let _ = write!(out, " path={}", op.path().map_or("none".into(), |path| path.to_string_lossy()));
            } else if at == "progress" {
                let now = op.progress().unwrap_or_else(|error| die(error));
                let _ = write!(
                    out,
                    " items={}/{} cached={} bytes={}/{}",
                    now.items_done, now.items_total, now.items_cached, now.bytes_done, now.bytes_total
                );
            }
        }
        out + &self.json(step, &json)
    }

    // ---- steps -----------------------------------------------------------------------------------------------------
    fn ask_runner(&self, step: &Step<'_>) -> String {
        println!("@{}", step.json.write(None).unwrap_or_else(|error| die(error)));
        let _ = io::stdout().flush();
        let mut answer = String::new();
        match io::stdin().read_line(&mut answer) {
            Ok(size) if size > 0 => answer.trim_end_matches('\n').to_owned(),
            _ => die("nobody answered"),
        }
    }

    pub fn perform(&self, step: &Step<'_>) -> String {
        let verb = step.need("do");
        let line = match verb.as_str() {
            "admin" | "mark" | "requests" => return self.ask_runner(step),
            "live" => format!("live {}", hfhub::handle_count() as i64 - self.handles_before as i64),
            verb => self
                .run_operation(step, verb)
                .or_else(|| self.plain_verb(step, verb))
                .or_else(|| self.xet_verb(step, verb))
                .or_else(|| self.hard_verb(step, verb))
                .unwrap_or_else(|| die(format_args!("{}: no verb '{}'", step, verb))),
        };
        line.replace(&self.work, "${WORK}").replace(&self.hub, "${HUB}").replace('\n', "\\n")
    }

    fn run_operation(&self, step: &Step<'_>, verb: &str) -> Option<String> {
        let mut op = match self.start(step, verb)? {
            Ok(op) => op,
            Err(error) => return Some(self.error(step, &error)),
        };
        if let Some(name) = step.text("as") {
            self.keep(name, Thing::Operation(Arc::new(op)));
            return Some("started".to_owned());
        }
        let outcome = hard::block_on(&mut op);
        Some(self.outcome(step, &op, outcome.map(Some)))
    }

    fn run_scenario(&mut self, scenario: &Json, folder: &str) {
        let name = scenario.get("name").as_str().unwrap_or("").to_owned();
        self.work = format!("{}/{}", folder, name);
        std::fs::create_dir_all(&self.work).unwrap_or_else(|error| die(error));
        self.handles_before = hfhub::handle_count();
        let options = self.session_options(&scenario.get("session"), &format!("{}/cache", self.work));
        let session = Session::new(&options).unwrap_or_else(|error| die(format_args!("{}: {}", name, error)));
        drop(options);
        self.keep("session".to_owned(), Thing::Session(Arc::new(session)));
        for (number, json) in scenario.get("steps").iter().enumerate() {
            let line = self.perform(&Step { driver: self, json });
            println!("{} {} {}", name, number, line);
            let _ = io::stdout().flush();
        }
        while let Some((_, newest)) = { self.things.lock().unwrap().pop() } {
            drop(newest);
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--exit-running"] => hard::exit_running(),
        ["--signal"] => hard::on_signal(),
        ["--bench", cas, hash, size] => hard::bench(cas, hash, size.parse().unwrap_or_else(|error| die(error))),
        [table, work] => run_table(table, work),
        _ => die("usage: driver SCENARIOS WORK, with HF_ENDPOINT and HFHUB_CAS"),
    }
}

fn run_table(table: &str, work: &str) {
    let text = std::fs::read_to_string(table).unwrap_or_else(|error| die(format_args!("{}: {}", table, error)));
    let table = Json::parse(&text).unwrap_or_else(|error| die(format_args!("{}: {}", table, error)));
    let variable = |name| std::env::var(name).unwrap_or_else(|_| die(format_args!("{} is not set", name)));
    let mut driver = Driver {
        hub: variable("HF_ENDPOINT"),
        cas: variable("HFHUB_CAS"),
        work: String::new(),
        things: Mutex::default(),
        handles_before: 0,
    };
    for scenario in table.get("scenarios").iter() {
        if scenario.get("not_for").get("rust").is_missing() {
            driver.run_scenario(&scenario, work);
        }
    }
}
