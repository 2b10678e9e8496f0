//! Outputs under names of the stack's own.

use eksctl_rs_core::{Facts, Graph};

use super::Report;
use super::names::kinds;
use crate::check::nearest;
use crate::expand::{expand, needs, world};
use crate::outputs::{Source, standard};
use crate::places::Path;
use crate::schema::{OutputSource, StackSpec};

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    if spec.outputs.is_empty() {
        return;
    }
    // What AWS has still to tell may bring addresses that are not known here, and take others away.
    let graph = if needs(spec).is_empty() { expand(spec, &Facts::none(), &world(spec)).ok() } else { None };
    for (name, source) in &spec.outputs {
        let path = Path::from("outputs").key(name);
        check_name(name, &path, report);
        match source {
            OutputSource::One(text) => check_source(text, graph.as_ref(), &path, report),
            OutputSource::Several(texts) => {
                for (index, text) in texts.iter().enumerate() {
                    check_source(text, graph.as_ref(), &path.item(index), report);
                }
            }
        }
    }
}

/// Every name is one of a shell variable, too.
fn check_name(name: &str, path: &Path, report: &mut Report<'_, '_>) {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let is_word = name.bytes().all(|byte| is_letter(byte) || byte.is_ascii_digit());
    if !is_word || !name.bytes().next().is_some_and(is_letter) {
        let message = format!("{name:?} is no name for an output");
        report.error_in_key(path, message, "use letters, digits and _, not beginning with a digit");
    } else if standard::named(&name.to_ascii_lowercase()).is_some() {
        report.error_in_key(path, format!("{name} is a standard output already"), "choose another name");
    }
}

fn check_source(text: &str, graph: Option<&Graph>, path: &Path, report: &mut Report<'_, '_>) {
    if standard::named(text).is_some() {
        return;
    }
    let Ok(source) = text.parse::<Source>() else {
        let hint = "write an address and what is told there, such as eks.Cluster/dev.endpoint, or the name of a standard \
                    output, such as eks_cluster_name";
        report.error(path, format!("{text:?} is no output of a resource"), hint);
        return;
    };
    let Some(known) = source.known() else {
        report.error(path, format!("there is no kind {}", source.kind), kinds(&source.kind));
        return;
    };
    if !known.contains(&source.output.as_str()) {
        let known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
        let hint = match nearest(&source.output, &known) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("it tells {}", known.join(", ")),
        };
        report.error(path, format!("{} does not tell {}", source.kind, source.output), hint);
    }
    let Some(graph) = graph else { return };
    if !graph.iter().any(|desired| source.fits(&desired.address)) {
        let of_kind = graph.iter().filter(|desired| desired.address.kind() == source.kind);
        let there: Vec<String> = of_kind.map(|desired| desired.address.to_string()).collect();
        let hint = match there.is_empty() {
            true => format!("the stack has no {}", source.kind),
            false => format!("the stack has {}", there.join(", ")),
        };
        let message = format!("nothing in the stack is at {}/{}", source.kind, source.name);
        match source.is_pattern() {
            true => report.warn(path, message, hint),
            false => report.error(path, message, hint),
        }
    }
}
