cp scenarios/imfpush/not-found.yaml new.yaml
