//! Finds the installed library: HFHUB_LIB_DIR, else pkg-config.

use std::env;
use std::process::{exit, Command};

fn main() {
    for name in
        ["HFHUB_LIB_DIR", "DOCS_RS", "PKG_CONFIG", "PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR", "PKG_CONFIG_SYSROOT_DIR"]
    {
        println!("cargo:rerun-if-env-changed={}", name);
    }
    println!("cargo:rerun-if-changed=build.rs");
    if env::var_os("DOCS_RS").is_some() || env::var_os("CARGO_CFG_MIRI").is_some() {
        return;
    }
    match env::var("HFHUB_LIB_DIR") {
        Ok(folder) => link(&format!("-L{} -lhfhub", folder)),
        Err(_) => link(&ask_pkg_config()),
    }
}

fn ask_pkg_config() -> String {
    let program = env::var("PKG_CONFIG").unwrap_or_else(|_| "pkg-config".into());
    let wanted = concat!("hfhub >= ", env!("CARGO_PKG_VERSION"));
    match Command::new(&program).args(["--libs", wanted]).output() {
        Ok(answer) if answer.status.success() => String::from_utf8_lossy(&answer.stdout).into_owned(),
        Ok(answer) => fail(String::from_utf8_lossy(&answer.stderr).trim()),
        Err(error) => fail(&format!("{}: {}", program, error)),
    }
}

fn link(flags: &str) {
    for flag in flags.split_whitespace() {
        if let Some(folder) = flag.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={}", folder);
            println!("cargo:lib_dir={}", folder);
        } else if let Some(name) = flag.strip_prefix("-l") {
            println!("cargo:rustc-link-lib={}", name);
        }
    }
}

fn fail(reason: &str) -> ! {
    eprintln!("libhfhub was not found: {}", reason);
    eprintln!("Install it, or set PKG_CONFIG_PATH to the folder of hfhub.pc, or HFHUB_LIB_DIR to that of libhfhub.so.");
    exit(1)
}
