"""What import costs."""

import functools

import boto3
import pandas  # hit: COLD001
import requests
from flask import Flask

app = Flask(__name__)
RATES = requests.get("https://example.com/rates", timeout=3).json()  # hit: COLD002


@app.route("/fresh")
def fresh():
    return str(boto3.client("s3").list_buckets())  # hit: COLD003


@functools.cache
def bucket():
    return boto3.client("s3")


@app.route("/kept")
def kept():
    requests.get("https://example.com/rates", timeout=3)
    return str(pandas.DataFrame(bucket().list_buckets()))
