//! What time does to Fargate profiles.

use super::{FargateProfile, State};

/// What is due by `now` happens. Whether the profile is still there.
pub(in crate::services::eks) fn advance(profile: &mut FargateProfile, now: f64) -> bool {
    match &profile.state {
        State::Creating(ending) if ending.due <= now => {
            profile.issues.clone_from(&ending.issues);
            profile.state = if profile.issues.is_empty() { State::Active } else { State::CreateFailed };
        }
        State::Deleting(ending) if ending.due <= now => {
            if ending.issues.is_empty() {
                return false;
            }
            profile.issues.clone_from(&ending.issues);
            profile.state = State::DeleteFailed;
        }
        _ => {}
    }
    true
}
