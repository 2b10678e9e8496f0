//! What the user typed. The doc comments are the help.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use eksctl_rs_emulator::Clock;

/// Plan and apply for EKS stacks, with no state file to lose.
///
/// A stack is YAML: environments/common.yaml with the files of environments/ENV/ laid over it, or a single file.
/// AWS is the state; what belongs to a stack says so in its tags.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// What goes to standard output: text for people, one line of JSON, or a line of JSON for every event.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) output: Format,
    /// When to use colours. NO_COLOR is honoured.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN", help_heading = "Output")]
    pub(crate) color: ColorChoice,
    /// Tell more: once for the cost in calls, more often for what the libraries do.
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Output")]
    pub(crate) verbose: u8,
}

/// What goes to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One line of JSON.
    Json,
    /// A line of JSON for every event.
    Ndjson,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a stack without talking to AWS.
    Validate {
        #[command(flatten)]
        target: Target,
    },
    /// Show what apply would do, and why.
    Plan {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        access: Access,
        /// Exit with 2 when there are changes, 0 when there are none.
        #[arg(long)]
        detailed_exitcode: bool,
    },
    /// Make AWS what the stack says.
    Apply {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        access: Access,
        #[command(flatten)]
        consent: Consent,
        /// Do not show the plan.
        #[arg(long)]
        skip_plan: bool,
    },
    /// Delete everything that the stack owns.
    ///
    /// First it looks for what controllers in the cluster have left in its VPC: security groups and network interfaces of
    /// load balancers, instances of Karpenter. If there is any, it stops and names it.
    Destroy {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        access: Access,
        #[command(flatten)]
        consent: Consent,
        /// Delete what controllers left in the VPC, too, where it carries the tags of the cluster.
        #[arg(long, help_heading = "Consent")]
        sweep: bool,
    },
    /// Show what differs between AWS and the stack; exit with 2 if anything does.
    Drift {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        access: Access,
    },
    /// Print the resources of a stack and what they wait for, as DOT. Needs no AWS.
    Graph {
        #[command(flatten)]
        target: Target,
    },
    /// List what the stack owns in AWS.
    Show {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        access: Access,
    },
    /// Tell what others build on: ids, ARNs, endpoints, and what the stack names in its outputs.
    Outputs {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        access: Access,
        #[command(flatten)]
        options: OutputsOptions,
    },
    /// Write how kubectl reaches the cluster, as `aws eks update-kubeconfig` does.
    ///
    /// Everything else in the file stays. kubectl gets its tokens from the AWS CLI.
    Kubeconfig {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        access: Access,
        #[command(flatten)]
        options: KubeconfigOptions,
    },
    /// Render what the cluster needs inside, for kubectl or a GitOps repository. Nothing is applied.
    ///
    /// Namespaces, service accounts, storage classes, security groups for pods, node pools of Karpenter. AWS is asked only
    /// for ids that no stack tells.
    Manifests {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        access: Access,
        #[command(flatten)]
        options: ManifestsOptions,
    },
    /// Write the files of a first stack, which can be planned at once.
    ///
    /// environments/common.yaml, environments/ENV/stack.yaml for every ENV, and the JSON Schema that editors complete and
    /// check them with. What is there already stays.
    Init {
        #[command(flatten)]
        options: InitOptions,
    },
    /// Print what a stack can say: its JSON Schema, or the reference in Markdown.
    Schema {
        /// JSON Schema (draft 2020-12), or the reference as docs/spec.md has it.
        #[arg(long, value_enum, default_value_t = SchemaFormat::Json, value_name = "FORMAT")]
        format: SchemaFormat,
        /// For files that are laid over others, such as those of environments/: nothing is required, and null removes.
        #[arg(long)]
        layer: bool,
    },
    /// List the runs that were started in this directory, or tell one of them again. Needs no AWS.
    Runs {
        /// The run, or how its id begins.
        #[arg(value_name = "RUN")]
        run: Option<String>,
    },
    /// The emulator: an AWS of your own, in memory and on disk.
    Emulator {
        #[command(subcommand)]
        command: EmulatorCommand,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum EmulatorCommand {
    /// Answer on a loopback port, for the AWS CLI, SDKs and this program (AWS_ENDPOINT_URL).
    ///
    /// The twelve digits of the access key id are the account; the secret is not checked.
    Serve {
        /// The port; 0 takes any that is free.
        #[arg(long, default_value_t = 4599, value_name = "N")]
        port: u16,
        /// How fast its time passes: instant, scaled=N or real.
        #[arg(long, default_value = "real", value_name = "CLOCK")]
        clock: Clock,
        #[command(flatten)]
        weather: WeatherOptions,
        /// Never answer the call number N (counted from 1), before=N or after=N its effect. For tests.
        #[arg(long, hide = true, value_name = "WHEN=N")]
        hold: Option<String>,
    },
    /// Put into its world what others would have made.
    ///
    /// Works on the world below .eksctl-rs/, which no other process may have open.
    Plant {
        #[command(subcommand)]
        what: Planted,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Planted {
    /// What the Kubernetes controllers of a cluster leave behind in its network.
    ///
    /// Security groups of load balancers that speak of each other, network interfaces of the VPC CNI, an instance of
    /// Karpenter: what keeps a VPC from being deleted.
    Leftovers {
        /// The name of the cluster.
        #[arg(value_name = "CLUSTER")]
        cluster: String,
        #[command(flatten)]
        place: Place,
        /// Also a load balancer with its target group, and its network interface, which goes only after it.
        #[arg(long)]
        load_balancer: bool,
    },
    /// A network that somebody else has made, for stacks that are guests in one.
    ///
    /// A VPC with the tag Name, public and private subnets in three zones with the tag tier, an internet gateway, and a
    /// NAT gateway.
    Network {
        /// The value of its tag Name.
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        place: Place,
        /// Its IPv4 range, of /16.
        #[arg(long, value_name = "RANGE", default_value = "10.200.0.0/16")]
        cidr: String,
    },
    /// The role of an IAM Identity Center permission set, as assigning it to an account makes one.
    ///
    /// It has a path and a random suffix as in AWS. Planted again, there is one more.
    PermissionSet {
        /// The permission set.
        #[arg(value_name = "NAME")]
        name: String,
        /// The account that it is assigned to.
        #[arg(long, value_name = "ACCOUNT")]
        account: String,
    },
}

/// Where something is planted.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The Region.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: String,
    /// The account.
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: String,
}

/// Which outputs, and how.
#[derive(Debug, Args)]
pub(crate) struct OutputsOptions {
    /// Print lines for a shell: eval "$(eksctl-rs outputs ENV --shell)".
    #[arg(long)]
    pub(crate) shell: bool,
    /// Only these; without --shell and --output their values alone.
    #[arg(long = "name", value_name = "NAME", value_delimiter = ',')]
    pub(crate) names: Vec<String>,
}

/// How kubectl is to reach the cluster.
#[derive(Debug, Args)]
pub(crate) struct KubeconfigOptions {
    /// The file. Absent, the first of KUBECONFIG, else ~/.kube/config.
    #[arg(long, value_name = "FILE")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// Print what would be written for this cluster, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The name of the context. Absent, the ARN of the cluster.
    #[arg(long, value_name = "NAME")]
    pub(crate) alias: Option<String>,
    /// The name of the user. Absent, the ARN of the cluster.
    #[arg(long, value_name = "NAME")]
    pub(crate) user_alias: Option<String>,
    /// The ARN of the role that kubectl takes.
    #[arg(long, value_name = "ARN", conflicts_with = "role")]
    pub(crate) role_arn: Option<String>,
    /// The role that kubectl takes, by its name in the stack.
    #[arg(long, value_name = "NAME")]
    pub(crate) role: Option<String>,
    /// The namespace that the context is in.
    #[arg(long, value_name = "NAME")]
    pub(crate) namespace: Option<String>,
    /// Leave the current context as it is.
    #[arg(long)]
    pub(crate) no_current_context: bool,
}

/// Where manifests go.
#[derive(Debug, Args)]
pub(crate) struct ManifestsOptions {
    /// A directory for files by kind; `-` and nothing are standard output. Files of an earlier time are replaced, all others
    /// are left alone.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// How the vocabulary is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaFormat {
    /// JSON Schema.
    Json,
    /// The reference.
    Markdown,
}

/// What a first stack is to be.
#[derive(Debug, Args)]
pub(crate) struct InitOptions {
    /// The environments; each is a stack of that name.
    #[arg(value_name = "ENV", default_value = "dev")]
    pub(crate) environments: Vec<String>,
    /// Write one file instead, for -f. ENV is the name of its stack.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The AWS Region.
    #[arg(long, default_value = "eu-west-1", value_name = "REGION")]
    pub(crate) region: String,
    /// The AWS account. The emulator takes any.
    #[arg(long, default_value = "111122223333", value_name = "ACCOUNT")]
    pub(crate) account: String,
    /// Overwrite what is there.
    #[arg(long)]
    pub(crate) force: bool,
}

/// How unfriendly the emulator is.
#[derive(Debug, Args)]
#[command(next_help_heading = "Weather")]
pub(crate) struct WeatherOptions {
    /// A YAML file, as docs/emulator.md describes it. The other options go before what it says.
    #[arg(long, value_name = "FILE")]
    pub(crate) weather: Option<PathBuf>,
    /// Every answer takes so long.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) latency: Option<Duration>,
    /// Refuse calls beyond AWS's limits; with a number the limits are so many times smaller.
    #[arg(long, value_name = "TIMES-SMALLER", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    pub(crate) throttle: Option<f64>,
    /// What chance follows from.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// Which stack.
#[derive(Debug, Args)]
#[group(required = true, multiple = false, id = "stack")]
pub(crate) struct Target {
    /// The environment: a directory below environments/.
    #[arg(value_name = "ENV", group = "stack")]
    pub(crate) environment: Option<String>,
    /// A single file instead of an environment.
    #[arg(short, long, value_name = "FILE", group = "stack")]
    pub(crate) file: Option<PathBuf>,
}

/// How AWS is reached.
#[derive(Debug, Args)]
#[command(next_help_heading = "AWS")]
pub(crate) struct Access {
    /// The profile of the AWS configuration to use.
    #[arg(long, value_name = "NAME", conflicts_with = "emulator")]
    pub(crate) profile: Option<String>,
    /// Use the built-in emulator instead of AWS. Its world is kept below .eksctl-rs/.
    #[arg(long)]
    pub(crate) emulator: bool,
    /// How fast the emulator's time passes: instant, scaled=N or real.
    #[arg(long, default_value = "scaled=60", value_name = "CLOCK", requires = "emulator")]
    pub(crate) emulator_clock: Clock,
    /// How unfriendly the emulator is: a YAML file, as docs/emulator.md describes it.
    #[arg(long, value_name = "FILE", requires = "emulator")]
    pub(crate) emulator_weather: Option<PathBuf>,
}

/// What the user has agreed to already.
#[derive(Debug, Args)]
#[command(next_help_heading = "Consent")]
pub(crate) struct Consent {
    /// Do not ask.
    #[arg(long)]
    pub(crate) auto_approve: bool,
    /// Allow what approval alone does not cover.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    pub(crate) allow: Vec<Allowance>,
}

/// What approval alone does not cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Allowance {
    /// Replacing a cluster, a VPC, or what else holds everything.
    Replace,
    /// Deleting something that cannot be made again.
    DataLoss,
    /// Deleting what is protected against deletion.
    Protected,
}

impl Allowance {
    /// The word on the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::DataLoss => "data-loss",
            Self::Protected => "protected",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
