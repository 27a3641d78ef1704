"""The README of boto3-client-cache 2.1.19, as the Python column of docs/from-boto3.md."""

import boto3
from boto3_client_cache import (
    ClientCache,
    ClientCacheError,
    ClientCacheExistsError,
    ClientCacheKey,
    ClientCacheNotFoundError,
    Session,
    client,
)

cache = ClientCache(max_size=30)
kwargs = {"service_name": "s3", "region_name": "us-west-2"}
key = ClientCacheKey(**kwargs)


def share_clients():
    s3 = client("s3", region_name="us-west-2")
    s3_again = client("s3", region_name="us-west-2")
    print(s3 is s3_again)


def share_clients_of_a_session():
    session = Session(profile_name="default")
    s3 = session.client("s3")
    s3_again = session.client("s3")
    print(s3 is s3_again)


def keep_clients_in_a_cache():
    cache[key] = boto3.client(**kwargs)
    s3_client = cache[key]
    print(s3_client.meta.region_name)


def set_a_key_twice():
    try:
        cache[key] = boto3.client(**kwargs)
    except ClientCacheExistsError:
        print("exists")


def miss_a_key():
    try:
        cache[ClientCacheKey("ec2", region_name="us-west-2")]
    except ClientCacheNotFoundError:
        print("missing")


def get_or_nothing():
    other = ClientCacheKey("ec2", region_name="us-west-2")
    print(cache.get(other) is None)


def use_what_is_no_key():
    try:
        cache["this is not a ClientCacheKey"]
    except ClientCacheError:
        print("not a key")


def store_what_is_no_client():
    try:
        cache[ClientCacheKey("s3")] = "this is not a boto3 client"
    except ClientCacheError:
        print("not a client")
