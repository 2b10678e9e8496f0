//! The verbs, one file each.

mod apply;
mod destroy;
mod drift;
mod emulator;
mod graph;
mod init;
mod kubeconfig;
mod manifests;
mod outputs;
mod plan;
mod runs;
mod schema;
mod show;
mod validate;

use crate::cli::{Cli, Command};
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// Runs the command that the user typed.
pub(crate) async fn run(cli: &Cli, output: &Output) -> Result<Exit, Failure> {
    let verbose = cli.global.verbose > 0;
    match &cli.command {
        Command::Validate { target } => validate::run(target, output),
        Command::Plan { target, access, detailed_exitcode } => {
            plan::run(target, access, *detailed_exitcode, verbose, output).await
        }
        Command::Apply { target, access, consent, skip_plan } => {
            apply::run(target, access, consent, *skip_plan, verbose, output).await
        }
        Command::Destroy { target, access, consent, sweep } => {
            destroy::run(target, access, consent, *sweep, verbose, output).await
        }
        Command::Drift { target, access } => drift::run(target, access, verbose, output).await,
        Command::Graph { target } => graph::run(target, output),
        Command::Show { target, access } => show::run(target, access, output).await,
        Command::Outputs { target, access, options } => outputs::run(target, access, options, output).await,
        Command::Kubeconfig { target, access, options } => kubeconfig::run(target, access, options, output).await,
        Command::Manifests { target, access, options } => manifests::run(target, access, options, output).await,
        Command::Init { options } => init::run(options, output),
        Command::Schema { format, layer } => schema::run(*format, *layer, output),
        Command::Runs { run } => runs::run(run.as_deref(), output),
        Command::Emulator { command } => emulator::run(command, output).await,
    }
}
