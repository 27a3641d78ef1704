"""The Python column of the primer in docs/from-boto3.md."""

import boto3
from boto3.dynamodb.conditions import Attr, Key

s3 = boto3.resource("s3")
dynamodb = boto3.resource("dynamodb")
ec2 = boto3.resource("ec2")
sqs = boto3.resource("sqs")
sns = boto3.resource("sns")
iam = boto3.resource("iam")


def choose_a_region():
    frankfurt = boto3.resource("s3", region_name="eu-central-1")
    print(frankfurt.meta.client.meta.region_name)


def choose_a_session():
    session = boto3.Session(profile_name="default")
    for bucket in session.resource("s3").buckets.all():
        print(bucket.name)


def create_a_bucket():
    bucket = s3.create_bucket(Bucket="photos")
    bucket.wait_until_exists()
    print(bucket.name)


def list_buckets():
    for bucket in s3.buckets.all():
        print(bucket.name)


def put_objects():
    bucket = s3.Bucket("photos")
    bucket.put_object(Key="2025/dog.txt", Body=b"woof")
    s3.Object("photos", "2026/cat.txt").put(Body=b"meow")
    bucket.Object("2026/cow.txt").put(
        Body=b"moo", ContentType="text/plain"
    )


def list_objects():
    bucket = s3.Bucket("photos")
    for summary in bucket.objects.filter(Prefix="2026/"):
        print(summary.key, summary.size)


def limit_and_page():
    bucket = s3.Bucket("photos")
    for summary in bucket.objects.limit(1):
        print(summary.key)
    pages = bucket.objects.page_size(2).pages()
    for page in pages:
        print(len(page))


def collect_into_a_list():
    summaries = list(s3.Bucket("photos").objects.all())
    print(len(summaries))


def read_an_object():
    answer = s3.Object("photos", "2026/cat.txt").get()
    print(answer["Body"].read().decode())


def read_attributes():
    cow = s3.Object("photos", "2026/cow.txt")
    print(cow.content_length)
    print(cow.content_type)


def read_many_attributes():
    cow = s3.Object("photos", "2026/cow.txt")
    cow.load()
    print(cow.content_length, cow.content_type)


def read_attributes_after_an_action():
    cow = s3.Object("photos", "2026/cow.txt")
    cow.load()
    cow.put(Body=b"moo moo")
    print(cow.content_length)


def reload_attributes():
    cow = s3.Object("photos", "2026/cow.txt")
    cow.load()
    s3.Bucket("photos").put_object(Key=cow.key, Body=b"moo!")
    print(cow.content_length)
    cow.reload()
    print(cow.content_length)


def use_the_client():
    client = s3.meta.client
    print(client.head_bucket(Bucket="photos")["BucketRegion"])


def use_sub_resources():
    bucket = s3.Bucket("photos")
    tagging = bucket.Tagging()
    tags = [{"Key": "team", "Value": "a"}]
    tagging.put(Tagging={"TagSet": tags})
    print(tagging.tag_set[0]["Value"])
    grants = bucket.Acl().grants
    print(grants[0]["Permission"])


def go_back_to_the_parent():
    cat = s3.Object("photos", "2026/cat.txt")
    print(cat.bucket_name, cat.Bucket().name)


def compare_resources():
    print(s3.Bucket("photos") == s3.Bucket("photos"))
    print(s3.Bucket("photos") == s3.Bucket("videos"))


def upload_and_download():
    bucket = s3.Bucket("photos")
    bucket.upload_file("notes.txt", "notes.txt")
    bucket.download_file("notes.txt", "copy.txt")
    with open("copy.txt") as copy:
        print(copy.read())


def copy_an_object():
    source = {"Bucket": "photos", "Key": "2026/cat.txt"}
    s3.Bucket("photos").copy(source, "copies/cat.txt")
    second = s3.Object("photos", "copies/2.txt")
    second.copy(source)
    print(second.content_length)


def sign_a_url():
    url = s3.meta.client.generate_presigned_url(
        "get_object",
        Params={"Bucket": "photos", "Key": "2026/cat.txt"},
        ExpiresIn=3600,
    )
    print(url.startswith("http"))


def wait_with_the_client():
    waiter = s3.meta.client.get_waiter("object_exists")
    waiter.wait(Bucket="photos", Key="2026/cat.txt")


def name_the_waiters():
    print(len(s3.meta.client.waiter_names))


def handle_an_error():
    try:
        s3.Object("photos", "none.txt").get()
    except s3.meta.client.exceptions.NoSuchKey as error:
        print(error.response["Error"]["Code"])


def delete_all_objects():
    bucket = s3.Bucket("photos")
    bucket.objects.filter(Prefix="2025/").delete()
    bucket.objects.all().delete()
    bucket.delete()
    bucket.wait_until_not_exists()


def create_a_table():
    table = dynamodb.create_table(
        TableName="orders",
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "line", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "line", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    table.wait_until_exists()
    print(table.item_count)


def list_tables():
    for table in dynamodb.tables.all():
        print(table.name)


def put_and_get_an_item():
    table = dynamodb.Table("orders")
    table.put_item(Item={"id": "a", "line": 1, "price": 10})
    answer = table.get_item(Key={"id": "a", "line": 1})
    print(answer["Item"]["price"])


def get_no_item():
    table = dynamodb.Table("orders")
    answer = table.get_item(Key={"id": "none", "line": 1})
    print(answer.get("Item") is None)


def update_an_item():
    table = dynamodb.Table("orders")
    answer = table.update_item(
        Key={"id": "a", "line": 1},
        UpdateExpression="SET price = price + :more",
        ExpressionAttributeValues={":more": 5},
        ReturnValues="UPDATED_NEW",
    )
    print(answer["Attributes"]["price"])


def write_many_items():
    table = dynamodb.Table("orders")
    with table.batch_writer() as batch:
        for line in range(2, 52):
            item = {"id": "a", "line": line, "price": line}
            batch.put_item(Item=item)
        batch.delete_item(Key={"id": "a", "line": 51})


def write_each_key_once():
    table = dynamodb.Table("orders")
    keys = ["id", "line"]
    with table.batch_writer(overwrite_by_pkeys=keys) as batch:
        batch.put_item(Item={"id": "b", "line": 1, "price": 1})
        batch.put_item(Item={"id": "b", "line": 1, "price": 2})
    answer = table.get_item(Key={"id": "b", "line": 1})
    print(answer["Item"]["price"])


def query_items():
    table = dynamodb.Table("orders")
    of_a = Key("id").eq("a")
    answer = table.query(
        KeyConditionExpression=of_a & Key("line").between(2, 4)
    )
    for item in answer["Items"]:
        print(item["line"], item["price"])


def scan_items():
    table = dynamodb.Table("orders")
    not_of_a = ~Attr("id").eq("a")
    answer = table.scan(
        FilterExpression=Attr("price").gt(48) | not_of_a
    )
    print(answer["Count"])


def put_on_a_condition():
    table = dynamodb.Table("orders")
    exceptions = dynamodb.meta.client.exceptions
    try:
        table.put_item(
            Item={"id": "a", "line": 1},
            ConditionExpression=Attr("id").not_exists(),
        )
    except exceptions.ConditionalCheckFailedException:
        print("taken")


def delete_a_table():
    table = dynamodb.Table("orders")
    table.delete()
    table.wait_until_not_exists()


def create_a_queue():
    queue = sqs.create_queue(
        QueueName="jobs", Attributes={"DelaySeconds": "0"}
    )
    print(queue.attributes["DelaySeconds"])


def send_messages():
    queue = sqs.get_queue_by_name(QueueName="jobs")
    queue.send_message(MessageBody="first")
    queue.send_messages(
        Entries=[{"Id": "1", "MessageBody": "second"}]
    )


def receive_messages():
    queue = sqs.get_queue_by_name(QueueName="jobs")
    messages = queue.receive_messages(MaxNumberOfMessages=10)
    for message in messages:
        print(message.body)
        message.delete()


def publish_to_a_topic():
    topic = sns.create_topic(Name="news")
    topic.publish(Message="hello")
    print(topic.arn)


def launch_instances():
    instances = ec2.create_instances(
        ImageId="ami-12c6146b",
        MinCount=2,
        MaxCount=2,
        InstanceType="t3.micro",
    )
    for instance in instances:
        instance.wait_until_running()
        print(instance.instance_type)


def filter_instances():
    state = {"Name": "instance-state-name", "Values": ["running"]}
    running = ec2.instances.filter(Filters=[state])
    for instance in running:
        print(instance.state["Name"])


def follow_references():
    instance = next(iter(ec2.instances.all()))
    print(instance.vpc.cidr_block)
    print(instance.image.id)
    for volume in instance.volumes.all():
        print(volume.size)


def tag_instances():
    ids = [instance.id for instance in ec2.instances.all()]
    tags = [{"Key": "Name", "Value": "web"}]
    ec2.create_tags(Resources=ids, Tags=tags)
    for instance in ec2.instances.all():
        print(instance.tags[0]["Value"])


def stop_all_instances():
    ec2.instances.all().stop()
    ec2.instances.all().terminate()


def build_a_network():
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")
    subnet = vpc.create_subnet(CidrBlock="10.7.1.0/24")
    print(vpc.cidr_block, subnet.cidr_block)


def create_a_user():
    user = iam.create_user(UserName="ann", Path="/team/")
    print(user.arn)
    for user in iam.users.filter(PathPrefix="/team/"):
        print(user.name)
