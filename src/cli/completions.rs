//! `warroom completions`

use clap::Args;
use clap_complete::Shell;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;

/// Print the completions of a shell
#[derive(Args, Debug)]
pub(super) struct Completions {
    /// Which shell
    shell: Shell,
}

const BASH: &str = r#"# warroom: verbs, options, and what the incident and its framework know
_warroom() {
    local IFS=$'\n'
    COMPREPLY=($(warroom complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o bashdefault -o default -F _warroom warroom
"#;

const ZSH: &str = r#"#compdef warroom
# warroom: verbs, options, and what the incident and its framework know
_warroom() {
    local -a found
    found=("${(@f)$(warroom complete -- "${(@)words[2,$CURRENT]}" 2>/dev/null)}")
    if [[ -n "${found[*]}" ]]; then
        compadd -a found
    else
        _files
    fi
}
if [ "$funcstack[1] " = "_warroom " ]; then
    _warroom "$@"
else
    compdef _warroom warroom
fi
"#;

const FISH: &str = r"# warroom: verbs, options, and what the incident and its framework know
function __warroom_complete
    set -l words (commandline -opc) (commandline -ct)
    warroom complete -- $words[2..-1] 2>/dev/null
end
complete -c warroom -a '(__warroom_complete)'
";

impl Completions {
    pub(super) fn run(self, _: &Context) -> Result<Reply, Failure> {
        let script = match self.shell {
            Shell::Bash => BASH.to_owned(),
            Shell::Zsh => ZSH.to_owned(),
            Shell::Fish => FISH.to_owned(),
            // Those of the other shells know verbs and options only.
            other => {
                let mut script = Vec::new();
                clap_complete::generate(other, &mut super::command(), "warroom", &mut script);
                String::from_utf8_lossy(&script).into_owned()
            }
        };
        let json = json!({"shell": self.shell.to_string(), "script": script});
        Ok(Reply::new(script, json))
    }
}
