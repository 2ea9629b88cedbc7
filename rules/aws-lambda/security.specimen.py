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
