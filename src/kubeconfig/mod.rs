//! kubeconfig files: what kubectl reads to reach a cluster.

mod merge;

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::session;

pub(crate) use merge::{Problem, merge, parse};

/// How kubectl reaches a cluster.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The name of the cluster's entry.
    pub(crate) cluster: String,
    /// The name of the user's entry.
    pub(crate) user: String,
    /// The name of the context.
    pub(crate) context: String,
    /// The URL of the API server.
    pub(crate) server: String,
    /// The certificate by which it is known, in Base64.
    pub(crate) certificate_authority: String,
    /// How a token is got.
    pub(crate) token: Token,
    /// The namespace that the context is in, if not `default`.
    pub(crate) namespace: Option<String>,
}

/// How a token is got: by the AWS CLI.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) region: String,
    pub(crate) cluster: String,
    /// The ARN of the role to take.
    pub(crate) role: Option<String>,
    /// The profile of the AWS configuration.
    pub(crate) profile: Option<String>,
}

impl Entry {
    /// The names and the values of the three entries.
    fn entries(&self) -> [(&'static str, &str, Value); 3] {
        let cluster = json!({ "certificate-authority-data": self.certificate_authority, "server": self.server });
        let mut context = json!({ "cluster": self.cluster, "user": self.user });
        if let Some(namespace) = &self.namespace {
            context["namespace"] = namespace.as_str().into();
        }
        [
            ("clusters", &self.cluster, json!({ "cluster": cluster, "name": self.cluster })),
            ("contexts", &self.context, json!({ "context": context, "name": self.context })),
            ("users", &self.user, json!({ "name": self.user, "user": { "exec": self.token.exec() } })),
        ]
    }
}

impl Token {
    /// As `aws eks update-kubeconfig` writes it.
    fn exec(&self) -> Value {
        let mut arguments =
            vec!["--region", &self.region, "eks", "get-token", "--cluster-name", &self.cluster, "--output", "json"];
        if let Some(role) = &self.role {
            arguments.extend(["--role-arn", role]);
        }
        let mut exec = json!({
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": "aws",
            "args": arguments,
            "interactiveMode": "IfAvailable",
            "provideClusterInfo": false,
        });
        if let Some(profile) = &self.profile {
            exec["env"] = json!([{ "name": "AWS_PROFILE", "value": profile }]);
        }
        exec
    }
}

/// The file that kubectl reads first: that of the command line, the first of KUBECONFIG, the one at home.
pub(crate) fn place(named: Option<&PathBuf>) -> Result<PathBuf, Failure> {
    if let Some(path) = named {
        return Ok(path.clone());
    }
    let listed = session::variable("KUBECONFIG").unwrap_or_default();
    if let Some(first) = std::env::split_paths(&listed).find(|path| !path.as_os_str().is_empty()) {
        return Ok(first);
    }
    match session::variable("HOME").filter(|home| !home.is_empty()) {
        Some(home) => Ok(PathBuf::from(home).join(".kube/config")),
        None => Err(Failure::Told {
            problem: "there is no home directory to write .kube/config in".to_owned(),
            hint: "name a file with --kubeconfig, or set KUBECONFIG".to_owned(),
        }),
    }
}
