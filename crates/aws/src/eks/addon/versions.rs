//! Which version of an add-on is wanted, and what AWS tells of it.

use std::sync::Arc;

use aws_sdk_eks::operation::describe_addon_versions::DescribeAddonVersionsOutput;
use aws_sdk_eks::types::{AddonInfo, AddonStatus, AddonVersionInfo};
use eksctl_rs_core::{AddonFacts, AddonIdentity, AddonQuestion, AddonVersion, CallError, ErrorClass, Question};

use super::read::live;
use crate::branches::try_join;
use crate::eks::{cluster, default_cluster_version};
use crate::reads::Reads;

/// A version that AWS offers for a version of Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) version: String,
    /// It is what EKS installs when nobody says anything.
    pub(super) is_default: bool,
}

/// What AWS offers for a version of Kubernetes.
#[derive(Debug, Default)]
struct Offers {
    /// The newest first.
    versions: Vec<Offer>,
    /// Where it is installed.
    namespace: Option<String>,
}

/// What is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct There {
    /// The Kubernetes version of the cluster.
    pub(super) kubernetes: Option<String>,
    /// The version of the add-on.
    pub(super) version: Option<String>,
}

/// Which version it is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) version: Option<String>,
    pub(super) fits: bool,
    pub(super) newer: Option<String>,
}

/// How many add-ons are worth a list of all that AWS has.
const MANY: usize = 3;

/// What AWS knows of the add-on. Its versions are asked for at once where the stack says which Kubernetes it wants; its
/// configuration when the version is known.
pub(crate) async fn facts(reads: &Reads<'_>, question: &AddonQuestion) -> Result<AddonFacts, CallError> {
    if let Some(facts) = stays(reads, question).await? {
        return Ok(facts);
    }
    let (there, (kubernetes, offers)) =
        try_join(there(reads, &question.name), target_and_offers(reads, question)).await?;
    let choice = choose(&question.version, &kubernetes, &offers.versions, &there);
    let mut facts = AddonFacts {
        kubernetes,
        versions: offers.versions.into_iter().map(|offer| offer.version).collect(),
        version: choice.version,
        fits: choice.fits,
        newer: choice.newer,
        schema: None,
        namespace: offers.namespace,
        identities: Vec::new(),
    };
    let version = facts.version.clone().filter(|_| question.configuration && facts.fits);
    if let Some(version) = version {
        configuration(reads, &question.name, &version, &mut facts).await?;
    }
    Ok(facts)
}

/// The facts of a version that the stack names and that is there already: it goes on working, whatever AWS has besides.
async fn stays(reads: &Reads<'_>, question: &AddonQuestion) -> Result<Option<AddonFacts>, CallError> {
    let AddonVersion::Exact(version) = &question.version else { return Ok(None) };
    if question.configuration {
        return Ok(None);
    }
    let there = there(reads, &question.name).await?;
    let Some(kubernetes) = question.kubernetes.clone().or(there.kubernetes.clone()) else { return Ok(None) };
    let choice = choose(&question.version, &kubernetes, &[], &there);
    Ok(choice.fits.then(|| AddonFacts {
        kubernetes,
        version: Some(version.clone()),
        fits: true,
        ..AddonFacts::default()
    }))
}

async fn there(reads: &Reads<'_>, name: &str) -> Result<There, CallError> {
    let (cluster, addon) = try_join(cluster(reads), live(reads, name)).await?;
    // What failed at creation is made anew, with whatever is right now.
    let stays = addon.filter(|addon| addon.status() != Some(&AddonStatus::CreateFailed));
    Ok(There {
        kubernetes: cluster.and_then(|cluster| cluster.version()).map(str::to_owned),
        version: stays.and_then(|addon| addon.addon_version().map(str::to_owned)),
    })
}

async fn target_and_offers(reads: &Reads<'_>, question: &AddonQuestion) -> Result<(String, Offers), CallError> {
    let kubernetes = match &question.kubernetes {
        Some(version) => version.clone(),
        None => match cluster(reads).await?.and_then(|cluster| cluster.version()) {
            Some(version) => version.to_owned(),
            None => default_cluster_version(reads).await?.unwrap_or_default(),
        },
    };
    let offers = offers(reads, &question.name, &kubernetes).await?;
    Ok((kubernetes, offers))
}

/// The versions for `kubernetes`. Of an add-on that AWS does not know there are none.
async fn offers(reads: &Reads<'_>, name: &str, kubernetes: &str) -> Result<Offers, CallError> {
    let asked = reads.questions.iter().filter(|question| matches!(question, Question::Addon(_)));
    let addons = if asked.count() < MANY {
        Arc::new(described(reads, Some(name), kubernetes).await?)
    } else {
        let all = async { Ok(Arc::new(described(reads, None, kubernetes).await?)) };
        reads.shared.addon_versions.get(kubernetes, all).await?
    };
    let addons: Vec<&AddonInfo> = addons.iter().filter(|addon| addon.addon_name() == Some(name)).collect();
    let versions = addons.iter().flat_map(|addon| addon.addon_versions());
    let mut versions: Vec<Offer> = versions.filter_map(|version| offer(version, kubernetes)).collect();
    versions.sort_by_key(|offer| std::cmp::Reverse(numbers(&offer.version)));
    let namespace = addons.iter().find_map(|addon| addon.default_namespace()).map(str::to_owned);
    Ok(Offers { versions, namespace })
}

/// What AWS has for `kubernetes`: of one add-on, or of all. Source: EKS `DescribeAddonVersions`, which takes one name or none.
async fn described(reads: &Reads<'_>, name: Option<&str>, kubernetes: &str) -> Result<Vec<AddonInfo>, CallError> {
    let request = || {
        let request = reads.aws.eks.describe_addon_versions().kubernetes_version(kubernetes).max_results(100);
        request.set_addon_name(name.map(str::to_owned))
    };
    let page = |page: DescribeAddonVersionsOutput| (page.addons.unwrap_or_default(), page.next_token);
    let send = |token| request().set_next_token(token).send();
    match reads.pages("eks:DescribeAddonVersions", send, page).await {
        Err(error) if matches!(error.class, ErrorClass::Gone | ErrorClass::Invalid) => Ok(Vec::new()),
        addons => addons,
    }
}

fn offer(version: &AddonVersionInfo, kubernetes: &str) -> Option<Offer> {
    let of_target = version.compatibilities().iter().find(|one| one.cluster_version() == Some(kubernetes))?;
    Some(Offer { version: version.addon_version()?.to_owned(), is_default: of_target.default_version() })
}

/// The numbers in a version, which say which one is newer: 1, 20, 4, 1 of `v1.20.4-eksbuild.1`.
pub(super) fn numbers(version: &str) -> Vec<u64> {
    version.split(|char: char| !char.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
}

/// A version that floats stays as it is, but for two reasons: it moves on with what AWS has, if the stack says so; and it
/// goes along with the cluster to another version of Kubernetes that it does not work with.
pub(super) fn choose(wanted: &AddonVersion, kubernetes: &str, offers: &[Offer], there: &There) -> Choice {
    let is_offered = |version: &String| offers.iter().any(|offer| offer.version == *version);
    let is_upgraded = there.kubernetes.as_deref().is_some_and(|current| current != kubernetes);
    let newest = || offers.first();
    let (best, auto) = match wanted {
        AddonVersion::Exact(version) => {
            // AWS may have taken back what is there already: it goes on working.
            let stays = there.version.as_ref() == Some(version) && !is_upgraded;
            return Choice { version: Some(version.clone()), fits: stays || is_offered(version), newer: None };
        }
        AddonVersion::Default { auto } => (offers.iter().find(|offer| offer.is_default).or_else(newest), *auto),
        AddonVersion::Latest { auto } => (newest(), *auto),
    };
    let best = best.map(|offer| offer.version.clone());
    let is_newer = |than: &String| best.as_ref().is_some_and(|best| numbers(best) > numbers(than));
    match &there.version {
        Some(current) if !(auto && is_newer(current) || is_upgraded && !is_offered(current)) => {
            Choice { version: Some(current.clone()), fits: true, newer: best.clone().filter(|_| is_newer(current)) }
        }
        _ => Choice { fits: best.is_some(), version: best, newer: None },
    }
}

async fn configuration(reads: &Reads<'_>, name: &str, version: &str, facts: &mut AddonFacts) -> Result<(), CallError> {
    let request = || reads.aws.eks.describe_addon_configuration().addon_name(name).addon_version(version).send();
    let Some(answer) = reads.ask_for("eks:DescribeAddonConfiguration", request).await? else { return Ok(()) };
    facts.schema = answer.configuration_schema().and_then(|text| serde_json::from_str(text).ok());
    facts.identities = answer
        .pod_identity_configuration()
        .iter()
        .map(|one| AddonIdentity {
            service_account: one.service_account().unwrap_or_default().to_owned(),
            policies: one.recommended_managed_policies().to_vec(),
        })
        .collect();
    Ok(())
}
