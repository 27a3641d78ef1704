"""The README of aws-assume-role-lib 2.10, as the Python column of docs/from-boto3.md."""

import aws_assume_role_lib
import boto3
from aws_assume_role_lib import (
    assume_role,
    generate_lambda_session_name,
    get_role_arn,
)

role_arn = "arn:aws:iam::123456789012:role/MyRole"


def assume_a_role_by_hand():
    session = boto3.Session()

    sts = session.client("sts")
    response = sts.assume_role(
        RoleArn=role_arn,
        RoleSessionName="something_you_have_to_think_about",
    )

    credentials = response["Credentials"]

    assumed_role_session = boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )

    sts = assumed_role_session.client("sts")
    print(sts.get_caller_identity()["Arn"])


def assume_a_role():
    session = boto3.Session()
    assumed_role_session = assume_role(
        session, role_arn, RoleSessionName="my-session"
    )

    sts = assumed_role_session.client("sts")
    print(sts.get_caller_identity()["Arn"])


def use_both_sessions():
    session = boto3.Session(profile_name="default")
    assumed_role_session = assume_role(session, role_arn)

    print(session.client("sts").get_caller_identity()["Account"])
    sts = assumed_role_session.client("sts")
    print(sts.get_caller_identity()["Account"])


def keep_a_session_in_lambda():
    role_session_name = generate_lambda_session_name(
        function_name="orders", identifier="1234"
    )
    assumed_role_session = assume_role(
        boto3.Session(),
        role_arn,
        RoleSessionName=role_session_name,
    )

    def handler(event, context):
        sts = assumed_role_session.client("sts")
        print(sts.get_caller_identity()["Account"])

    handler({}, None)


def restrict_a_session():
    assumed_role_session = assume_role(
        boto3.Session(),
        role_arn,
        Policy={"Version": "2012-10-17", "Statement": []},
        DurationSeconds=900,
        ExternalId="acme-7d1f",
        SourceIdentity="ann",
        Tags=[{"Key": "team", "Value": "a"}],
        TransitiveTagKeys=["team"],
    )
    sts = assumed_role_session.client("sts")
    print(sts.get_caller_identity()["Account"])


def start_from_any_session():
    aws_assume_role_lib.patch_boto3()

    assumed_role_session = boto3.assume_role(role_arn)
    sts = assumed_role_session.client("sts")
    print(sts.get_caller_identity()["Account"])

    session = boto3.Session(profile_name="default")
    assumed_role_session = session.assume_role(role_arn)
    sts = assumed_role_session.client("sts")
    print(sts.get_caller_identity()["Account"])


def name_a_role():
    arn = get_role_arn("123456789012", "team/MyRole")
    print(arn)
