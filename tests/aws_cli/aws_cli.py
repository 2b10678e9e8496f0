"""The AWS CLI against one endpoint, as one account."""

import io
import json
import os
from contextlib import redirect_stderr, redirect_stdout

from awscli.clidriver import create_clidriver


class AwsCli:
    """Runs commands in this process: one of its own for each of hundreds would take half a second before it asks."""

    def __init__(self, url: str, account: str, region: str):
        clean = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        clean["AWS_DATA_PATH"] = os.environ["AWS_DATA_PATH"]  # The CLI's own.
        self.environment = clean | {
            "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "x", "AWS_PAGER": "",
            "AWS_DEFAULT_REGION": region, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        os.environ.clear()
        os.environ.update(self.environment)
        self.driver = create_clidriver()

    def __call__(self, words: str, *more: str):
        """The answer to a command: `aws("ec2 describe-vpcs", "--vpc-ids", id)`."""
        done, answer, complaint = self.run(words, *more)
        if done != 0:
            raise SystemExit(f"aws {words} {' '.join(more)}: {complaint}")
        return answer

    def unless(self, error: str, words: str, *more: str):
        """The answer to a command, or nothing where it is this error."""
        done, answer, complaint = self.run(words, *more)
        if done != 0 and f"({error})" not in complaint:
            raise SystemExit(f"aws {words} {' '.join(more)}: {complaint}")
        return answer

    def run(self, words: str, *more: str):
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as complaint:
            done = self.driver.main(["--output", "json", *words.split(), *more])
        return done, json.loads(out.getvalue() or "{}") if done == 0 else {}, complaint.getvalue().strip()
