"""The same tasks as in tasks.ts, with boto3: prints what each gives, as JSON."""

import io
import json
import os

import boto3
from boto3.dynamodb.conditions import Attr, Key

session = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name="us-east-1")
resource = lambda service: session.resource(service, endpoint_url=os.environ["AWS_SCOPE_MOTO"])  # noqa: E731
s3, dynamodb, ec2, sqs = resource("s3"), resource("dynamodb"), resource("ec2"), resource("sqs")
sns, iam, cloudwatch, cloudformation, glacier = (
    resource(name) for name in ("sns", "iam", "cloudwatch", "cloudformation", "glacier")
)

bucket = s3.Bucket("photos")
table = dynamodb.Table("orders")
results = {}


def task(make):
    results[make.__name__] = make()


def keys():
    return [summary.key for summary in bucket.objects.all()]


def plain(item):
    return json.loads(json.dumps(item, default=lambda value: int(value)))


@task
def s3_create_bucket():
    return s3.create_bucket(Bucket="photos").name


@task
def s3_bucket_names():
    return [each.name for each in s3.buckets.all()]


@task
def s3_client_of_a_resource():
    return [each["Name"] for each in s3.meta.client.list_buckets()["Buckets"]]


@task
def s3_creation_date():
    return bucket.creation_date is not None


@task
def s3_put_object_through_the_bucket():
    return bucket.put_object(Key="2026/a.txt", Body=b"a").key


@task
def s3_put_through_the_object():
    s3.Object("photos", "2026/b.txt").put(Body=b"bb", Metadata={"of": "test"}, ContentType="text/plain")
    bucket.Object("2025/c.txt").put(Body=b"ccc")
    return keys()


@task
def s3_filter_by_prefix():
    return [each.key for each in bucket.objects.filter(Prefix="2026/")]


@task
def s3_limit():
    return [each.key for each in bucket.objects.limit(1)]


@task
def s3_pages():
    return [len(page) for page in bucket.objects.page_size(2).pages()]


@task
def s3_summary_size():
    return [(each.bucket_name, each.size, each.storage_class) for each in bucket.objects.all()]


@task
def s3_get_body():
    return s3.Object("photos", "2026/b.txt").get()["Body"].read().decode()


@task
def s3_get_range():
    return s3.Object("photos", "2025/c.txt").get(Range="bytes=0-1")["Body"].read().decode()


@task
def s3_object_attributes():
    each = bucket.Object("2026/b.txt")
    return [each.content_length, each.metadata, each.content_type, each.e_tag]


@task
def s3_from_summary_to_object():
    return [each.Object().content_length for each in bucket.objects.all()]


@task
def s3_acl():
    return [grant["Permission"] for grant in bucket.Object("2026/b.txt").Acl().grants]


@task
def s3_tagging():
    bucket.Tagging().put(Tagging={"TagSet": [{"Key": "team", "Value": "a"}]})
    return bucket.Tagging().tag_set


@task
def s3_cors():
    rules = [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]
    bucket.Cors().put(CORSConfiguration={"CORSRules": rules})
    return [rule["AllowedMethods"] for rule in bucket.Cors().cors_rules]


@task
def s3_website():
    bucket.Website().put(WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    return bucket.Website().index_document


@task
def s3_policy():
    bucket.Policy().put(Policy=json.dumps({"Version": "2012-10-17", "Statement": []}))
    return json.loads(bucket.Policy().policy)


@task
def s3_copy():
    bucket.copy({"Bucket": "photos", "Key": "2026/b.txt"}, "copies/b.txt")
    copied = bucket.Object("copies/b.txt")
    return [copied.metadata, copied.get()["Body"].read().decode()]


@task
def s3_copy_from():
    s3.Object("photos", "copies/c.txt").copy_from(CopySource="photos/2025/c.txt")
    return keys()


@task
def s3_upload_and_download():
    bucket.upload_fileobj(io.BytesIO(b"uploaded"), "up.bin")
    into = io.BytesIO()
    bucket.download_fileobj("up.bin", into)
    return into.getvalue().decode()


@task
def s3_wait_until_exists():
    bucket.Object("up.bin").wait_until_exists()
    bucket.wait_until_exists()
    return True


@task
def s3_delete_object():
    bucket.Object("up.bin").delete()
    return keys()


@task
def s3_delete_objects():
    answer = bucket.delete_objects(Delete={"Objects": [{"Key": "copies/b.txt"}, {"Key": "copies/c.txt"}]})
    return sorted(each["Key"] for each in answer["Deleted"])


@task
def s3_multipart():
    upload = bucket.Object("parts.bin").initiate_multipart_upload()
    open_uploads = [each.object_key for each in bucket.multipart_uploads.all()]
    part = upload.Part(1).upload(Body=b"part")
    parts = [(each.part_number, each.size) for each in upload.parts.all()]
    made = upload.complete(MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    return [open_uploads, parts, made.key, made.content_length]


@task
def s3_delete_everything():
    answers = bucket.objects.all().delete()
    return [len(answers), len(answers[0]["Deleted"]), keys()]


@task
def s3_versions():
    bucket.Versioning().enable()
    bucket.put_object(Key="v", Body=b"1")
    bucket.put_object(Key="v", Body=b"22")
    bucket.Object("v").delete()
    versions = sorted([each.object_key, each.size or 0] for each in bucket.object_versions.all())
    bucket.object_versions.delete()
    return [bucket.Versioning().status, versions, len(list(bucket.object_versions.all()))]


@task
def s3_delete_bucket():
    bucket.delete()
    bucket.wait_until_not_exists()
    return [each.name for each in s3.buckets.all()]


@task
def dynamodb_create_table():
    made = dynamodb.create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "line", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "line", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )
    made.wait_until_exists()
    return [made.name, made.table_status, made.item_count]


@task
def dynamodb_table_attributes():
    return [table.key_schema, table.table_name, table.billing_mode_summary["BillingMode"]]


@task
def dynamodb_tables():
    return [each.name for each in dynamodb.tables.all()]


@task
def dynamodb_put_and_get():
    table.put_item(Item={"id": "a", "line": 1, "total": 10, "tags": ["x"], "address": {"city": "Bern"}})
    return plain(table.get_item(Key={"id": "a", "line": 1})["Item"])


@task
def dynamodb_get_nothing():
    return "Item" in table.get_item(Key={"id": "none", "line": 1})


@task
def dynamodb_batch_writer():
    with table.batch_writer() as batch:
        for line in range(2, 62):
            batch.put_item(Item={"id": "a", "line": line, "total": line * 10})
    return table.scan(Select="COUNT")["Count"]


@task
def dynamodb_batch_writer_with_keys():
    with table.batch_writer(overwrite_by_pkeys=["id", "line"]) as batch:
        batch.put_item(Item={"id": "b", "line": 1, "total": 1})
        batch.put_item(Item={"id": "b", "line": 1, "total": 2})
        batch.delete_item(Key={"id": "a", "line": 61})
    return plain(table.get_item(Key={"id": "b", "line": 1})["Item"])


@task
def dynamodb_query():
    answer = table.query(KeyConditionExpression=Key("id").eq("a") & Key("line").between(3, 5))
    return plain(answer["Items"])


@task
def dynamodb_query_begins_with():
    answer = table.query(KeyConditionExpression=Key("id").eq("a") & Key("line").lt(3), ScanIndexForward=False)
    return [int(item["line"]) for item in answer["Items"]]


@task
def dynamodb_scan_with_conditions():
    condition = (Attr("total").gt(580) & Attr("address").not_exists()) | Attr("address.city").eq("Bern")
    return sorted(int(item["line"]) for item in table.scan(FilterExpression=condition)["Items"])


@task
def dynamodb_scan_is_in():
    found = table.scan(FilterExpression=Attr("total").is_in([20, 30]) & ~Attr("line").eq(2))["Items"]
    return [int(item["line"]) for item in found]


@task
def dynamodb_update():
    answer = table.update_item(
        Key={"id": "a", "line": 1},
        UpdateExpression="SET #t = #t + :one",
        ExpressionAttributeNames={"#t": "total"},
        ExpressionAttributeValues={":one": 1},
        ReturnValues="UPDATED_NEW",
    )
    return plain(answer["Attributes"])


@task
def dynamodb_condition_fails():
    try:
        table.put_item(Item={"id": "a", "line": 1}, ConditionExpression=Attr("id").not_exists())
    except dynamodb.meta.client.exceptions.ConditionalCheckFailedException as error:
        return error.response["Error"]["Code"]


@task
def dynamodb_batch_get():
    answer = dynamodb.batch_get_item(RequestItems={"orders": {"Keys": [{"id": "a", "line": 2}]}})
    return plain(answer["Responses"]["orders"])


@task
def dynamodb_delete_item():
    answer = table.delete_item(Key={"id": "a", "line": 2}, ReturnValues="ALL_OLD")
    return plain(answer["Attributes"])


@task
def dynamodb_delete_table():
    table.delete()
    table.wait_until_not_exists()
    return [each.name for each in dynamodb.tables.all()]


@task
def ec2_create_instances():
    made = ec2.create_instances(ImageId="ami-12c6146b", MinCount=3, MaxCount=3, InstanceType="t3.micro")
    return [len(made), made[0].instance_type, made[0].image_id]


@task
def ec2_instances():
    return sorted(each.state["Name"] for each in ec2.instances.all())


@task
def ec2_create_tags():
    first = next(iter(ec2.instances.all()))
    tags = ec2.create_tags(Resources=[first.id], Tags=[{"Key": "Name", "Value": "web"}])
    return [(tag.key, tag.value, tag.resource_id == first.id) for tag in tags]


@task
def ec2_filter_by_tag():
    found = list(ec2.instances.filter(Filters=[{"Name": "tag:Name", "Values": ["web"]}]))
    return [each.tags for each in found]


@task
def ec2_stop_and_reload():
    each = next(iter(ec2.instances.filter(Filters=[{"Name": "tag:Name", "Values": ["web"]}])))
    each.stop()
    each.wait_until_stopped()
    each.reload()
    return each.state["Name"]


@task
def ec2_filters_of_two_calls():
    states = [{"Name": "instance-state-name", "Values": ["running"]}]
    types = [{"Name": "instance-type", "Values": ["t3.micro"]}]
    return len(list(ec2.instances.filter(Filters=states).filter(Filters=types)))


@task
def ec2_references():
    each = next(iter(ec2.instances.all()))
    return [each.vpc.cidr_block, each.subnet.vpc_id == each.vpc_id, each.image.id, len(each.network_interfaces)]


@task
def ec2_sub_collections():
    each = next(iter(ec2.instances.all()))
    return [volume.size for volume in each.volumes.all()]


@task
def ec2_delete_tags():
    each = next(iter(ec2.instances.filter(Filters=[{"Name": "tag:Name", "Values": ["web"]}])))
    each.delete_tags(Tags=[{"Key": "Name"}])
    each.load()
    return each.tags


@task
def ec2_terminate_all():
    answers = ec2.instances.filter(Filters=[{"Name": "instance-type", "Values": ["t3.micro"]}]).terminate()
    return [len(answers), sorted(each["CurrentState"]["Name"] for each in answers[0]["TerminatingInstances"])]


@task
def ec2_vpc_and_subnets():
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")
    vpc.create_subnet(CidrBlock="10.7.1.0/24")
    vpc.create_subnet(CidrBlock="10.7.2.0/24")
    return [vpc.cidr_block, sorted(subnet.cidr_block for subnet in vpc.subnets.all())]


@task
def ec2_security_group():
    vpc = next(iter(ec2.vpcs.filter(Filters=[{"Name": "cidr", "Values": ["10.7.0.0/16"]}])))
    group = vpc.create_security_group(GroupName="web", Description="d")
    group.authorize_ingress(IpProtocol="tcp", FromPort=80, ToPort=80, CidrIp="10.0.0.0/8")
    group.reload()
    return [group.group_name, [(rule["FromPort"], rule["IpRanges"][0]["CidrIp"]) for rule in group.ip_permissions]]


@task
def ec2_internet_gateway_and_route():
    vpc = next(iter(ec2.vpcs.filter(Filters=[{"Name": "cidr", "Values": ["10.7.0.0/16"]}])))
    gateway = ec2.create_internet_gateway()
    vpc.attach_internet_gateway(InternetGatewayId=gateway.id)
    routes = vpc.create_route_table()
    route = routes.create_route(DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway.id)
    routes.reload()
    return [route.destination_cidr_block, [each.destination_cidr_block for each in routes.routes]]


@task
def ec2_volume_and_snapshot():
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=8)
    snapshot = volume.create_snapshot(Description="d")
    snapshot.wait_until_completed()
    return [volume.size, snapshot.volume_size, snapshot.volume.id == volume.id]


@task
def ec2_key_pair():
    ec2.create_key_pair(KeyName="key")
    return [each.name for each in ec2.key_pairs.all()]


@task
def sqs_create_and_find_queue():
    sqs.create_queue(QueueName="jobs", Attributes={"DelaySeconds": "0"})
    return sqs.get_queue_by_name(QueueName="jobs").url.rsplit("/", 1)[-1]


@task
def sqs_queue_attributes():
    return sqs.get_queue_by_name(QueueName="jobs").attributes["QueueArn"]


@task
def sqs_send_and_receive():
    queue = sqs.get_queue_by_name(QueueName="jobs")
    queue.send_message(MessageBody="hello", MessageAttributes={"a": {"StringValue": "1", "DataType": "String"}})
    received = []
    for message in queue.receive_messages(MessageAttributeNames=["All"]):
        received.append([message.body, message.message_attributes["a"]["StringValue"]])
        message.delete()
    return received


@task
def sqs_send_many():
    queue = sqs.get_queue_by_name(QueueName="jobs")
    answer = queue.send_messages(Entries=[{"Id": "1", "MessageBody": "x"}, {"Id": "2", "MessageBody": "y"}])
    return sorted(each["Id"] for each in answer["Successful"])


@task
def sqs_queues():
    return [queue.url.rsplit("/", 1)[-1] for queue in sqs.queues.filter(QueueNamePrefix="jo")]


@task
def sns_topic_and_subscription():
    topic = sns.create_topic(Name="news")
    subscription = topic.subscribe(Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:jobs")
    topic.publish(Message="m")
    return [topic.arn, subscription.attributes["Protocol"], [each.arn for each in sns.topics.all()], len(list(topic.subscriptions.all()))]


@task
def iam_user():
    user = iam.create_user(UserName="ann", Path="/team/")
    return [user.name, user.path, user.arn, [each.name for each in iam.users.filter(PathPrefix="/team/")]]


@task
def iam_access_keys():
    pair = iam.User("ann").create_access_key_pair()
    return [pair.user_name, pair.status, [each.status for each in iam.User("ann").access_keys.all()]]


@task
def iam_groups():
    group = iam.create_group(GroupName="team")
    group.add_user(UserName="ann")
    return [[each.name for each in group.users.all()], [each.name for each in iam.User("ann").groups.all()]]


@task
def iam_role_with_policy():
    document = json.dumps({"Version": "2012-10-17", "Statement": []})
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    readable = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = iam.create_role(RoleName="job", AssumeRolePolicyDocument=document)
    policy = iam.create_policy(PolicyName="read", PolicyDocument=readable)
    role.attach_policy(PolicyArn=policy.arn)
    return [[each.arn for each in role.attached_policies.all()], policy.attachment_count, iam.Policy(policy.arn).attachment_count]


@task
def cloudwatch_alarm():
    metric = cloudwatch.Metric("Shop", "Orders")
    alarm = metric.put_alarm(
        AlarmName="many", ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1, Period=60, Statistic="Sum", Threshold=5
    )
    return [alarm.name, alarm.threshold, alarm.metric.namespace, [each.name for each in cloudwatch.alarms.all()]]


@task
def cloudwatch_metrics():
    cloudwatch.Metric("Shop", "Orders").put_data(MetricData=[{"MetricName": "Orders", "Value": 1}])
    return [(each.namespace, each.name) for each in cloudwatch.metrics.filter(Namespace="Shop")]


@task
def cloudformation_stack():
    body = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {}}}})
    stack = cloudformation.create_stack(StackName="stack", TemplateBody=body)
    stack = cloudformation.Stack("stack")
    resources = [(each.logical_resource_id, each.resource_type) for each in stack.resource_summaries.all()]
    return [stack.stack_status, resources, stack.Resource("Queue").resource_type]


@task
def glacier_vault():
    glacier.create_vault(accountId="-", vaultName="old")
    return [each.name for each in glacier.vaults.all()]


print(json.dumps(results))
