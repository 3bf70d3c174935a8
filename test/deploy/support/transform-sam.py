"""Writes what AWS makes of a SAM template (YAML, the first argument): CloudFormation, as JSON. Its zips are in a bucket."""

import json
import os
import sys

from cfnlint.decode import cfn_yaml
from samtranslator.translator.transform import transform


os.environ["AWS_DEFAULT_REGION"] = "eu-central-1"


class ManagedPolicies:
    def load(self):
        return {"AWSLambdaBasicExecutionRole": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}


template = json.loads(json.dumps(cfn_yaml.load(sys.argv[1])))
for resource in template["Resources"].values():
    if "CodeUri" in resource["Properties"]:
        resource["Properties"]["CodeUri"] = "s3://bucket/" + resource["Properties"]["CodeUri"]
json.dump(transform(template, {"TemporalPrincipals": "111111111111"}, ManagedPolicies()), sys.stdout)
