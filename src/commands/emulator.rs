//! `emulator serve`: an AWS on a loopback port.

use std::net::Ipv4Addr;

use eksctl_rs_emulator::{Hold, When, serve};
use tokio::net::TcpListener;

use crate::cli::EmulatorCommand;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::{run, session, weather};

pub(super) async fn run(command: &EmulatorCommand, output: &Output) -> Result<Exit, Failure> {
    let EmulatorCommand::Serve { port, clock, weather, hold } = command;
    let mut weather = weather::asked(weather)?;
    if let Some(text) = hold {
        weather.hold = Some(parse_hold(text)?);
    }
    let emulator = session::open_emulator(*clock, weather)?;
    let failed = |source| Failure::Port { port: *port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).await.map_err(failed)?;
    let url = format!("http://{}", listener.local_addr().map_err(failed)?);
    output.print(&format!("{url}\n"));
    output.note("The account is the access key id: twelve digits. Ctrl-C ends it; its world stays in .eksctl-rs/.");
    serve(emulator, listener, run::stop_signal()).await.map_err(failed)?;
    Ok(Exit::Done)
}

fn parse_hold(text: &str) -> Result<Hold, Failure> {
    let usage = || Failure::Usage(format!("{text:?} is no hold: expected before=N or after=N"));
    let (when, call) = text.split_once('=').ok_or_else(usage)?;
    let when = match when {
        "before" => When::Before,
        "after" => When::After,
        _ => return Err(usage()),
    };
    Ok(Hold { call: call.parse().map_err(|_| usage())?, when })
}
