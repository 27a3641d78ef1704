"""The README of aboto3 0.1.2, as the Python column of docs/from-boto3.md."""

from concurrent.futures import ThreadPoolExecutor
from os import environ

import aboto3
import boto3
from botocore.config import Config

instance_id = environ["INSTANCE_ID"]
filters = [{"Name": "instance-type", "Values": ["t3.micro"]}]


async def call_an_operation():
    ec2_client = boto3.client("ec2")
    aio_ec2_client = aboto3.AIOClient(ec2_client)
    aio_instances = await aio_ec2_client.describe_instances()
    print(len(aio_instances["Reservations"]))


async def pass_parameters():
    aio_ec2_client = aboto3.AIOClient(boto3.client("ec2"))
    aio_instances = await aio_ec2_client.describe_instances(
        InstanceIds=[instance_id]
    )
    print(len(aio_instances["Reservations"]))


async def read_page_by_page():
    aio_ec2_client = aboto3.AIOClient(boto3.client("ec2"))
    aio_pager = aio_ec2_client.get_paginator("describe_instances")
    async for page in aio_pager.paginate(Filters=filters):
        print(len(page["Reservations"]))


async def catch_an_error():
    aio_ssm_client = aboto3.AIOClient(boto3.client("ssm"))
    try:
        await aio_ssm_client.get_parameter(Name="/unknown/param")
    except aio_ssm_client.exceptions.ParameterNotFound:
        print("found an error here")


async def share_a_pool():
    boto3_thread_pool = ThreadPoolExecutor(max_workers=16)
    aio_ec2_client = aboto3.AIOClient(
        boto3_client=boto3.client("ec2"),
        thread_pool_executor=boto3_thread_pool,
    )
    aio_sns_client = aboto3.AIOClient(
        boto3_client=boto3.client("sns"),
        thread_pool_executor=boto3_thread_pool,
    )
    await aio_ec2_client.describe_instances()
    await aio_sns_client.list_topics()


async def share_a_larger_pool():
    boto_config = Config(max_pool_connections=32)
    boto3_thread_pool = ThreadPoolExecutor(max_workers=64)

    ec2_client = boto3.client("ec2", config=boto_config)
    aio_ec2_client = aboto3.AIOClient(
        boto3_client=ec2_client,
        thread_pool_executor=boto3_thread_pool,
    )
    sns_client = boto3.client("sns", config=boto_config)
    aio_sns_client = aboto3.AIOClient(
        boto3_client=sns_client,
        thread_pool_executor=boto3_thread_pool,
    )
    await aio_ec2_client.describe_instances()
    await aio_sns_client.list_topics()


async def give_each_client_a_pool():
    boto_config = Config(max_pool_connections=32)

    ec2_client = boto3.client("ec2", config=boto_config)
    aio_ec2_client = aboto3.AIOClient(boto3_client=ec2_client)

    sns_client = boto3.client("sns", config=boto_config)
    aio_sns_client = aboto3.AIOClient(boto3_client=sns_client)

    await aio_ec2_client.describe_instances()
    await aio_sns_client.list_topics()
