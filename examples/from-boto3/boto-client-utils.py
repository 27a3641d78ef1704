"""The README of BotoClientUtils, as the Python column of docs/from-boto3.md."""

import threading

from botoclientutils import SessionManager, SessionManagerFactory


def assume_a_role_of_any_account():
    sm = SessionManager(
        "my-remote-role-existing-in-all-my-accounts",
        "my-session-name",
    )
    sts = sm.client("sts", "123456789012")
    print(sts.get_caller_identity()["Arn"])


def list_instances_of_all_accounts():
    sm = SessionManager("a-role-existing-in-all-my-accounts")

    def list_instances(account, region, result_list):
        ec2 = sm.client("ec2", account, region)
        for r in ec2.describe_instances()["Reservations"]:
            result_list.extend(r["Instances"])

    accounts = ["123456789012", "234567890123", "345678901234"]
    regions = ["eu-west-1", "eu-west-3"]

    all_my_instances = list()
    threads = [
        threading.Thread(
            target=list_instances, args=(a, r, all_my_instances)
        )
        for a in accounts
        for r in regions
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()

    print(len(all_my_instances))


def use_resources_of_another_account():
    sm = SessionManager("a-role-existing-in-all-my-accounts")
    ec2 = sm.resource("ec2", "234567890123", "eu-west-1")
    for instance in ec2.instances.all():
        print(instance.instance_type)


def share_managers_between_modules():
    role = "a-role-existing-in-all-my-accounts"
    sm = SessionManagerFactory()(role)
    same = SessionManagerFactory()(role)
    print(sm is same)
