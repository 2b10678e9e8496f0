//! The emulator: an AWS on a loopback port, and what can be planted in it.

use std::net::Ipv4Addr;

use eksctl_rs_emulator::{Clock, Hold, Weather, When, serve};
use tokio::net::TcpListener;

use crate::cli::{EmulatorCommand, Format, Place, Planted, WeatherOptions};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::{run, session, weather};

pub(super) async fn run(command: &EmulatorCommand, output: &Output) -> Result<Exit, Failure> {
    match command {
        EmulatorCommand::Serve { port, clock, weather, hold } => {
            answer(*port, *clock, asked(weather, hold.as_deref())?, output).await
        }
        EmulatorCommand::Plant { what } => plant(what, output),
    }
}

async fn answer(port: u16, clock: Clock, weather: Weather, output: &Output) -> Result<Exit, Failure> {
    let emulator = session::open_emulator(clock, weather)?;
    let failed = |source| Failure::Port { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
    let url = format!("http://{}", listener.local_addr().map_err(failed)?);
    output.print(&format!("{url}\n"));
    output.note("The account is the access key id: twelve digits. Ctrl-C ends it; its world stays in .eksctl-rs/.");
    serve(emulator, listener, run::stop_signal()).await.map_err(failed)?;
    Ok(Exit::Done)
}

/// What others would have made: a line for each thing.
fn plant(what: &Planted, output: &Output) -> Result<Exit, Failure> {
    // Nothing is to be complete at once because of this.
    let emulator = session::open_emulator(Clock::REAL, Weather::default())?;
    let planted = match what {
        Planted::Leftovers { cluster, place: Place { account, region }, load_balancer } => {
            let mut planted = emulator.plant(account, region, cluster)?;
            if *load_balancer {
                planted.extend(emulator.plant_load_balancer(account, region, cluster)?);
            }
            planted
        }
        Planted::Network { name, place: Place { account, region }, cidr } => {
            emulator.plant_network(account, region, name, cidr)?
        }
        Planted::PermissionSet { name, account } => {
            vec![format!("{} the role of {name}", emulator.plant_permission_set_role(account, name)?)]
        }
    };
    match output.format() {
        Format::Text => output.print(&planted.iter().map(|line| format!("{line}\n")).collect::<String>()),
        Format::Json | Format::Ndjson => output.json(&planted),
    }
    Ok(Exit::Done)
}

fn asked(options: &WeatherOptions, hold: Option<&str>) -> Result<Weather, Failure> {
    let mut asked = weather::asked(options)?;
    asked.hold = hold.map(parse_hold).transpose()?.or(asked.hold);
    Ok(asked)
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
