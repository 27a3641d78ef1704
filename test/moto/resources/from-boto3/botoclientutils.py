"""A stand-in for BotoClientUtils, which is not on PyPI: the calls of its README, and nothing else."""

from functools import cache
from threading import Lock

import boto3


class SessionManager:
    def __init__(self, remote_role_name, role_session_name="default"):
        self.role, self.name, self.sessions, self.lock = remote_role_name, role_session_name, {}, Lock()

    def client(self, name, account=None, region="eu-west-1"):
        with self.lock:
            return self.session(account).client(name, region_name=region)

    def resource(self, name, account=None, region="eu-west-1"):
        with self.lock:
            return self.session(account).resource(name, region_name=region)

    def session(self, account):
        if account not in self.sessions:
            self.sessions[account] = boto3.Session(**(self.keys(account) if account else {}))
        return self.sessions[account]

    def keys(self, account):
        arn = f"arn:aws:iam::{account}:role/{self.role}"
        keys = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName=self.name)["Credentials"]
        return {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }


@cache
def SessionManagerFactory():
    return cache(SessionManager)
