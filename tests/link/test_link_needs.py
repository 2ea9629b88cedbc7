"""Calls of a cloud's library -> IAM actions on one ARN each, or the reason why there is none."""

import pytest
from linked import program_of

from refactor.adapters.rulepacks import load_permissions, rules_folder
from refactor.link import needs_of
from refactor.link.needs import PARTLY_KNOWN, UNKNOWN_CALL, UNKNOWN_NAME

KNOWN = load_permissions(rules_folder() / "permissions")
HEAD = """\
import os

import boto3

s3, sqs, sns = boto3.client("s3"), boto3.client("sqs"), boto3.client("sns")
table = boto3.resource("dynamodb").Table("orders")
UPLOADS, CHOSEN = os.environ["UPLOADS"], os.environ.get("CHOSEN", "spare")


def f(name):
    """


def needs(line):
    program = program_of({"shop/a.py": HEAD + line + "\n"})
    return [(need.actions, need.resource, need.why) for need in needs_of(program, KNOWN) if need.line == 11]


CASES = {
    's3.put_object(Bucket="labels", Key=name)': ("s3:PutObject", "arn:{partition}:s3:::labels/*"),
    's3.download_file("labels", "a", "b")': ("s3:GetObject", "arn:{partition}:s3:::labels/*"),
    "s3.list_objects_v2(Bucket=UPLOADS)": ("s3:ListBucket", "arn:{partition}:s3:::{env:UPLOADS}"),
    's3.get_object(Bucket=os.getenv("OTHER"), Key=name)': ("s3:GetObject", "arn:{partition}:s3:::{env:OTHER}/*"),
    'sqs.send_message(QueueUrl="https://sqs.eu-west-1.amazonaws.com/42/bills", MessageBody=name)': (
        "sqs:SendMessage", "arn:{partition}:sqs:eu-west-1:42:bills"),
    'sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="bills")["QueueUrl"], MessageBody=name)': (
        "sqs:SendMessage", "arn:{partition}:sqs:{region}:{account}:bills"),
    "sqs.send_message(QueueUrl=UPLOADS, MessageBody=name)": (
        "sqs:SendMessage", "arn:{partition}:sqs:{region}:{account}:{last:UPLOADS}"),
    "sns.publish(TopicArn=UPLOADS, Message=name)": ("sns:Publish", "{env:UPLOADS}"),
    'sns.publish(TopicArn="arn:aws:sns:eu-west-1:1:news", Message=name)': ("sns:Publish", "arn:aws:sns:eu-west-1:1:news"),
    "table.put_item(Item={})": ("dynamodb:PutItem", "arn:{partition}:dynamodb:{region}:{account}:table/orders"),
    'boto3.client("ssm").get_parameter(Name="/a/b")': (
        "ssm:GetParameter", "arn:{partition}:ssm:{region}:{account}:parameter/a/b"),
    'boto3.client("firehose").put_record(DeliveryStreamName="x", Record={})': (
        "firehose:PutRecord", "arn:{partition}:firehose:{region}:{account}:deliverystream/x"),
    'boto3.client("cloudwatch").put_metric_data(Namespace="x")': ("cloudwatch:PutMetricData", "*"),
}  # fmt: skip


@pytest.mark.parametrize("line", CASES)
def test_a_call_needs_one_action_on_one_resource(line):
    action, resource = CASES[line]
    assert ((action,), resource, "") in needs(line)
    assert all(why == "" for _, _, why in needs(line))


OPEN = {
    "s3.put_object(Bucket=name, Key=name)": (("s3:PutObject",), UNKNOWN_NAME),
    's3.put_object(Bucket=f"labels-{name}", Key=name)': (("s3:PutObject",), UNKNOWN_NAME),
    's3.put_object(Bucket=f"{name}-labels", Key=name)': (("s3:PutObject",), UNKNOWN_NAME),
    's3.put_object(Bucket="*", Key=name)': (("s3:PutObject",), UNKNOWN_NAME),
    's3.put_object(Bucket="{env:UPLOADS}", Key=name)': (("s3:PutObject",), UNKNOWN_NAME),
    'boto3.client("qldb").send_command()': ((), UNKNOWN_CALL),
}


@pytest.mark.parametrize("line", OPEN)
def test_what_the_code_does_not_say_gets_no_resource(line):
    actions, why = OPEN[line]
    assert needs(line) == [(actions, "", why)]


def test_a_name_with_a_default_may_be_either():
    assert needs("s3.delete_object(Bucket=CHOSEN, Key=name)") == [
        (("s3:DeleteObject",), "arn:{partition}:s3:::spare/*", ""),
        (("s3:DeleteObject",), "arn:{partition}:s3:::{env:CHOSEN}/*", ""),
    ]


def test_a_name_that_is_known_in_part_is_told():
    found = needs('s3.delete_object(Bucket="labels" if name else input(), Key=name)')
    assert found == [
        (("s3:DeleteObject",), "", PARTLY_KNOWN),
        (("s3:DeleteObject",), "arn:{partition}:s3:::labels/*", ""),
    ]


def test_results_of_calls_need_nothing():
    assert needs('s3.get_object(Bucket="labels", Key=name)["Body"].read()') == [
        (("s3:GetObject",), "arn:{partition}:s3:::labels/*", "")
    ]


def test_only_what_aws_gives_no_resource_is_allowed_on_all():
    assert {one.allow for one in KNOWN.permission if one.on == "*"} == {
        ("cloudwatch:PutMetricData",),
        ("rekognition:DetectFaces", "rekognition:DetectLabels", "rekognition:DetectText"),
        ("sts:GetCallerIdentity",),
        ("translate:TranslateText",),
    }
