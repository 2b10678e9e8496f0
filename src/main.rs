//! Plan and apply for EKS stacks, with no state file to lose.

mod approval;
mod cli;
mod commands;
mod failure;
mod files;
mod kubeconfig;
mod output;
mod render;
mod run;
mod session;
mod weather;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;
use crate::output::Output;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(cli.global.output, cli.global.color);
    start_tracing(cli.global.verbose);
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output.problem(&format!("cannot start: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let code = match runtime.block_on(commands::run(&cli, &output)) {
        Ok(exit) => exit.code(),
        Err(failure) => {
            render::failure::show(&failure, &output);
            failure.exit().code()
        }
    };
    // What was left to AWS is not waited for.
    runtime.shutdown_background();
    ExitCode::from(code)
}

/// What the libraries tell, on request: `-v` is our own, `-vvvv` everything that holds no secret.
///
/// At the level of traces the SDK and what carries its calls show requests and answers. Whether the values of secrets are in
/// them is a matter of their versions; so traces are those of our own crates, which keep such things to themselves.
fn start_tracing(verbose: u8) {
    use tracing_subscriber::EnvFilter;
    let filter = match verbose {
        0 | 1 => "off",
        2 => "info,aws_config=warn",
        3 => "debug",
        _ => "debug,eksctl_rs=trace",
    };
    let subscriber = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(EnvFilter::new(filter));
    subscriber.init();
}
