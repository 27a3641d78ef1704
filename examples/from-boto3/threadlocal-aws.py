"""The README of threadlocal-aws 0.11, as the Python column of docs/from-boto3.md."""

from os import environ

instance_id = environ["INSTANCE_ID"]


def iterate_instances():
    from threadlocal_aws.resources import ec2

    for instance in ec2().instances.all():
        print(instance.id)


def get_an_item():
    from threadlocal_aws.resources import dynamodb_Table as table

    dynamo_resp = table(
        "my-table", region="eu-central-1"
    ).get_item(Key={"id": "foo#bar#123"})
    print(dynamo_resp["Item"]["total"])


def iterate_objects():
    from threadlocal_aws.resources import s3_Bucket as bucket

    for s3_obj in bucket("my-unique-bucket").objects.all():
        print(s3_obj.key)


def use_a_client():
    from threadlocal_aws.clients import ec2

    instance = ec2().describe_instances(InstanceIds=[instance_id])
    for reservation in instance["Reservations"]:
        print(reservation["Instances"][0]["InstanceId"])
