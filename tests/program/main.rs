//! The program as its user meets it: arguments in, streams and exit codes out.

mod conversation;
mod crash;
mod endpoint;
mod first_stack;
mod invalid;
mod kubeconfig;
mod machine;
mod manifests;
mod outputs;
mod secrets;

use std::path::Path;
use std::process::{Command, Output};

/// A working directory of the test's own, with this repository's environments.
pub(crate) struct Desk {
    directory: tempfile::TempDir,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Did {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("environments"), &directory.path().join("environments"));
        Self { directory }
    }

    /// With an environment dev that says little.
    pub(crate) fn small() -> Self {
        let desk = Self::empty();
        std::fs::create_dir_all(desk.path().join("environments/dev")).expect("a directory");
        desk.write(
            "environments/dev/stack.yaml",
            "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\n\
             metadata: {name: dev, region: eu-west-1, account: '111122223333', version: '1.35'}\n\
             availabilityZones: [eu-west-1a, eu-west-1b]\nkms: {usedFor: [secrets, volumes]}\n\
             vpc: {securityGroups: [{name: nodes}]}\n",
        );
        desk
    }

    /// Without anything in it.
    pub(crate) fn empty() -> Self {
        Self { directory: tempfile::tempdir().expect("a directory") }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).expect("written");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).expect("text")
    }

    /// The program with arguments, without anything of this machine's AWS configuration.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_eksctl-rs"));
        command.current_dir(self.path()).args(arguments.split_whitespace());
        for name in
            ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"]
        {
            command.env_remove(name);
        }
        command
            .env("AWS_CONFIG_FILE", self.path().join("no-config"))
            .env("AWS_SHARED_CREDENTIALS_FILE", self.path().join("no-credentials"))
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("NO_COLOR", "1")
            .stdin(std::process::Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &str) -> Did {
        self.command(arguments).output().expect("it runs").into()
    }

    /// Runs and insists on the exit code.
    pub(crate) fn insist(&self, code: i32, arguments: &str) -> Did {
        let did = self.run(arguments);
        assert_eq!(did.code, Some(code), "{arguments}\n{}\n{}", did.stdout, did.stderr);
        did
    }

    /// The emulator's world on disk, as text.
    pub(crate) fn world(&self) -> String {
        let mut text = String::new();
        collect(&self.path().join(".eksctl-rs/emulator"), &mut text);
        text
    }
}

impl From<Output> for Did {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("a directory").flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("copied");
        }
    }
}

fn collect(directory: &Path, text: &mut String) {
    let mut entries: Vec<_> =
        std::fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, text);
        } else if path.extension().is_some_and(|end| end == "json") {
            text.push_str(&std::fs::read_to_string(&path).expect("text"));
        }
    }
}
