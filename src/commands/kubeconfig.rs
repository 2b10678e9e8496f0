//! `kubeconfig`: how does kubectl reach the cluster?

use std::collections::BTreeSet;
use std::path::Path;

use eksctl_rs_aws::AwsRules;
use eksctl_rs_core::{Address, Facts, Graph, Observed, Owner, Rules, Snapshot, World};
use eksctl_rs_stack::expand;

use crate::cli::{Access, KubeconfigOptions, Target};
use crate::failure::{Exit, Failure};
use crate::files::{self, Readers};
use crate::kubeconfig::{Entry, Problem, Token, merge, parse, place};
use crate::output::Output;
use crate::session::Session;
use crate::{render, session};

const CLUSTER: &str = "eks.Cluster";

pub(super) async fn run(
    target: &Target,
    access: &Access,
    options: &KubeconfigOptions,
    output: &Output,
) -> Result<Exit, Failure> {
    let loaded = session::read(target)?;
    let world = expand::world(&loaded.spec);
    let wanted = expand(&loaded.spec, &Facts::none(), &world)?;
    let role = match &options.role {
        Some(name) => Some(role_arn(name, &wanted, &world)?),
        None => options.role_arn.clone(),
    };
    let path = place(options.kubeconfig.as_ref())?;
    // A file that cannot be used is found before anything is asked of AWS.
    let before = if options.dry_run { None } else { files::read(&path)? };
    let before = parse(before.as_deref()).map_err(|problem| unusable(&path, &problem))?;
    let session = Session::open(loaded.spec, access).await?;
    output.note(&format!("Reading {}.", session.place));
    let snapshot = session.look(&wanted, &BTreeSet::from([CLUSTER])).await?;
    let name = session.spec.metadata.name.clone();
    let cluster = cluster(&snapshot, &name, session.world.stack.as_str())?;
    let entry = entry(cluster, &name, &session.world, role, access, options);
    let text = merge(before, &entry, !options.no_current_context).map_err(|problem| unusable(&path, &problem))?;
    if options.dry_run {
        output.print(&text);
        return Ok(Exit::Done);
    }
    files::write(&path, &text, Readers::Owner)?;
    if output.is_text() {
        output.print(&format!("{} has the context {}.\n", path.display(), entry.context));
        reachable(cluster, output);
    } else {
        let current = !options.no_current_context;
        output.json(&render::json::kubeconfig(&path.display().to_string(), &entry, current, &session.stats()));
    }
    Ok(Exit::Done)
}

fn unusable(path: &Path, problem: &Problem) -> Failure {
    Failure::Told {
        problem: format!("{} cannot be used: {problem}", path.display()),
        hint: "mend or remove it, or name another file with --kubeconfig".to_owned(),
    }
}

/// The cluster, once it can be reached.
fn cluster<'s>(snapshot: &'s Snapshot, name: &str, stack: &str) -> Result<&'s Observed, Failure> {
    let ours = |observed: &&Observed| observed.owner == Owner::Us && observed.address.kind() == CLUSTER;
    let found = snapshot.iter().filter(ours).find(|observed| observed.id == name);
    let told = |problem: String, hint: &str| Failure::Told { problem, hint: hint.to_owned() };
    match found {
        None => Err(told(format!("{stack} has no cluster yet"), "make it with `apply`")),
        Some(cluster) if cluster.status.is_deleting() => {
            Err(told(format!("the cluster {name} is being deleted"), "make it again with `apply`"))
        }
        Some(cluster) if !cluster.outputs.contains_key("endpoint") => Err(told(
            format!("the cluster {name} is not ready yet: it has no endpoint"),
            "wait until it is there: `apply` waits for what is under way",
        )),
        Some(cluster) => Ok(cluster),
    }
}

fn entry(
    cluster: &Observed,
    name: &str,
    world: &World,
    role: Option<String>,
    access: &Access,
    options: &KubeconfigOptions,
) -> Entry {
    let told = |output: &str| cluster.outputs.get(output).cloned().unwrap_or_default();
    let arn = told("arn");
    Entry {
        user: options.user_alias.clone().unwrap_or_else(|| arn.clone()),
        context: options.alias.clone().unwrap_or_else(|| arn.clone()),
        cluster: arn,
        server: told("endpoint"),
        certificate_authority: told("certificate_authority"),
        token: Token { region: world.region.clone(), cluster: name.to_owned(), role, profile: access.profile.clone() },
        namespace: options.namespace.clone(),
    }
}

/// The ARN of a role of the stack, by its name there. It follows from the stack: nobody is asked.
fn role_arn(name: &str, wanted: &Graph, world: &World) -> Result<String, Failure> {
    const ROLE: &str = "iam.Role";
    let found = wanted.get(&Address::new(ROLE, name));
    let computed = found.and_then(|role| AwsRules.kind(ROLE)?.computed(&role.spec, world).remove("arn"));
    computed.ok_or_else(|| {
        let roles = wanted.iter().map(|desired| &desired.address).filter(|address| address.kind() == ROLE);
        let roles: Vec<&str> = roles.map(Address::name).collect();
        Failure::Told {
            problem: format!("the stack has no role {name}"),
            hint: format!("roles are {}; name any other with --role-arn", roles.join(", ")),
        }
    })
}

fn reachable(cluster: &Observed, output: &Output) {
    if cluster.spec.get("endpoint_public_access") == Some(&false.into()) {
        output.note("The API server can be reached from within the VPC only (vpc.clusterEndpoints).");
    }
}
