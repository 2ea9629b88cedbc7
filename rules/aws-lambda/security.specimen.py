"""Secrets and trust."""

import json
import os
import pickle

import boto3
from flask import Flask, request

app = Flask(__name__)
SECRET_KEY = "not-so-secret-key"  # hit: SEC001
API_KEY = os.environ["SHOP_API_KEY"]
PASSWORD_FIELD = "password"


def bucket(key):
    return boto3.client("s3", aws_access_key_id=key)  # hit: SEC002


def own_bucket():
    return boto3.client("s3")


@app.route("/load", methods=["POST"])
def load():
    return str(pickle.loads(request.data))  # hit: SEC003


@app.route("/parse", methods=["POST"])
def parse():
    return str(json.loads(request.data))


@app.route("/keep/<tenant>", methods=["PUT"])
def keep(tenant):
    s3 = boto3.client("s3")
    s3.put_object(Bucket="labels", Key="a", Body=request.data)
    s3.put_object(Bucket=os.environ["LABELS"], Key="a", Body=request.data)
    s3.put_object(Bucket=f"labels-{tenant}", Key="a", Body=request.data)  # hit: SEC004
    boto3.client("qldb").send_command()  # hit: SEC004
    return ""
